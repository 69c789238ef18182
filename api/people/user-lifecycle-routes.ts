// Deactivate and reactivate people, follow the progress of a deactivation, reset a password. Administrators only.
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { humanTenant } from "../../contracts/core/tenant.ts";
import {
  deactivateSchema,
  deactivationViewSchema,
  passwordResetInputSchema,
  passwordResetPreviewSchema,
  passwordResetSchema,
  userViewSchema,
} from "../../contracts/people/users.ts";
import type { GlobalTransaction } from "../../db/core/database.ts";
import { countApiKeys, revokeAllApiKeys } from "../../db/keys/api-keys.ts";
import { deactivateUser, reactivateUser } from "../../db/people/user-changes.ts";
import { findDeactivation } from "../../db/people/user-deactivations.ts";
import { getListedUser } from "../../db/people/user-list.ts";
import { resetPassword } from "../../db/people/users.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { deactivationView, userView } from "./user-view.ts";

const ID = z.strictObject({ id: z.uuid() });
/** 144 bits in 24 characters. */
const NEW_PASSWORD_BYTES = 18;

export function createUserLifecycleRoutes(deps: Pick<ApiDeps, "db" | "passwords">): readonly Route[] {
  return [
    createDeactivateRoute(),
    createDeactivationRoute(deps),
    createReactivateRoute(),
    createResetPreviewRoute(deps),
    createResetRoute(deps),
  ];
}

function createDeactivateRoute(): Route {
  return defineRoute({
    method: "post",
    path: "/api/users/:id/deactivate",
    operationId: "deactivateUser",
    summary: "Deactivate a user; sessions, keys and agent end in the background",
    who: "admin",
    rateLimit: "write",
    audit: { action: "user.deactivate", target: "user" },
    params: ID,
    body: deactivateSchema,
    bodyExample: { reason: "Left the company." },
    responses: { 202: { description: "Deactivated, with the remaining steps.", schema: deactivationViewSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params, body, write }) => {
      const { reason } = body;
      const change = { actorId: user.id, userId: params.id, reason };
      const row = await write(
        humanTenant(params.id),
        async (tx) => {
          await deactivateUser(tx, change);
          return await newestDeactivation(tx, params.id);
        },
        () => ({ targetId: params.id, detail: { reason } }),
      );
      return { status: 202, body: deactivationView(row) };
    },
  });
}

function createDeactivationRoute({ db }: Pick<ApiDeps, "db">): Route {
  return defineRoute({
    method: "get",
    path: "/api/users/:id/deactivation",
    operationId: "getDeactivation",
    summary: "Read the progress of a user's latest deactivation",
    who: "admin",
    rateLimit: "read",
    params: ID,
    responses: { 200: { description: "Its steps.", schema: deactivationViewSchema } },
    handler: async ({ params }) => ({
      status: 200,
      body: deactivationView(await db.globally((tx) => newestDeactivation(tx, params.id))),
    }),
  });
}

function createReactivateRoute(): Route {
  return defineRoute({
    method: "post",
    path: "/api/users/:id/reactivate",
    operationId: "reactivateUser",
    summary: "Reactivate a user; ended sessions and revoked keys stay ended",
    who: "admin",
    rateLimit: "write",
    audit: { action: "user.reactivate", target: "user" },
    params: ID,
    responses: { 200: { description: "The user.", schema: userViewSchema } },
    handler: async ({ params, write }) => {
      const row = await write(
        humanTenant(params.id),
        async (tx) => {
          await reactivateUser(tx, params.id);
          return await getListedUser(tx, params.id);
        },
        () => ({ targetId: params.id }),
      );
      return { status: 200, body: userView(row) };
    },
  });
}

function createResetPreviewRoute({ db }: Pick<ApiDeps, "db">): Route {
  return defineRoute({
    method: "get",
    path: "/api/users/:id/password-reset",
    operationId: "previewUserPasswordReset",
    summary: "How many API keys a reset of a user's password can revoke",
    who: "admin",
    rateLimit: "read",
    params: ID,
    responses: { 200: { description: "The number of keys.", schema: passwordResetPreviewSchema } },
    handler: async ({ params }) => {
      const keys = await db.asTenant(humanTenant(params.id), async (tx) => {
        await getListedUser(tx, params.id);
        return await countApiKeys(tx);
      });
      return { status: 200, body: { keys } };
    },
  });
}

function createResetRoute({ passwords }: Pick<ApiDeps, "passwords">): Route {
  return defineRoute({
    method: "post",
    path: "/api/users/:id/password-reset",
    operationId: "resetUserPassword",
    summary: "Reset a user's password to a random one, shown once; all their sessions end",
    who: "admin",
    rateLimit: "write",
    audit: { action: "user.password-reset", target: "user" },
    params: ID,
    body: passwordResetInputSchema,
    bodyExample: { revokeKeys: true },
    responses: { 200: { description: "The new password.", schema: passwordResetSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params, body, write }) => {
      // Else a session that was left open would be enough to take the account over.
      if (params.id === user.id)
        throw new FleetError("CONFLICT", "Change your own password in your profile, which requires the current one.");
      const password = new Secret(randomBytes(NEW_PASSWORD_BYTES).toString("base64url"));
      const passwordHash = await passwords.hash(password, params.id);
      const { username, keysRevoked } = await write(
        humanTenant(params.id),
        async (tx) => {
          const found = (await getListedUser(tx, params.id)).username;
          if (found === null)
            throw new FleetError("CONFLICT", "This user has no password: they sign in through the identity provider.");
          await resetPassword(tx, { username: found, passwordHash });
          return { username: found, keysRevoked: body.revokeKeys ? await revokeAllApiKeys(tx) : 0 };
        },
        (done) => ({ targetId: params.id, detail: { keysRevoked: done.keysRevoked } }),
      );
      return { status: 200, body: { username, password: password.reveal(), keysRevoked } };
    },
  });
}

async function newestDeactivation(tx: GlobalTransaction, userId: string) {
  const row = await findDeactivation(tx, userId);
  if (row === null) throw new FleetError("NOT_FOUND", "This user was never deactivated.");
  return row;
}
