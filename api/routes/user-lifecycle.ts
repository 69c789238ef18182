// Deactivate and reactivate people, watch how far a deactivation has come, reset a password (A6, A7). Administrators only.
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { FleetError } from "../../contracts/errors.ts";
import { Secret } from "../../contracts/secret.ts";
import { humanTenant } from "../../contracts/tenant.ts";
import { deactivateSchema, deactivationViewSchema, passwordResetSchema, userViewSchema } from "../../contracts/users.ts";
import type { GlobalTransaction } from "../../db/database.ts";
import { deactivateUser, reactivateUser } from "../../db/repositories/user-changes.ts";
import { findDeactivation } from "../../db/repositories/user-deactivations.ts";
import { getListedUser } from "../../db/repositories/user-list.ts";
import { resetPassword } from "../../db/repositories/users.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { deactivationView, userView } from "../user-view.ts";

const ID = z.strictObject({ id: z.uuid() });
/** 144 bits in 24 characters. */
const NEW_PASSWORD_BYTES = 18;

export function createUserLifecycleRoutes(deps: Pick<ApiDeps, "db" | "passwords">): readonly Route[] {
  return [createDeactivateRoute(), createDeactivationRoute(deps), createReactivateRoute(), createResetRoute(deps)];
}

function createDeactivateRoute(): Route {
  return defineRoute({
    method: "post",
    path: "/api/users/:id/deactivate",
    operationId: "deactivateUser",
    summary: "Lock a user out at once; their sessions, keys and agent end in the background",
    who: "admin",
    rateLimit: "write",
    audit: { action: "user.deactivate", target: "user" },
    params: ID,
    body: deactivateSchema,
    bodyExample: { reason: "Left the company." },
    responses: { 202: { description: "Locked out; the steps to come.", schema: deactivationViewSchema } },
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
    summary: "See how far the newest deactivation of a user has come",
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
    summary: "Let a user in again; sessions and keys have to be made anew",
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

function createResetRoute({ passwords }: Pick<ApiDeps, "passwords">): Route {
  return defineRoute({
    method: "post",
    path: "/api/users/:id/password-reset",
    operationId: "resetUserPassword",
    summary: "Give a user a new random password, shown once; all their sessions end",
    who: "admin",
    rateLimit: "write",
    audit: { action: "user.password-reset", target: "user" },
    params: ID,
    responses: { 200: { description: "The new password.", schema: passwordResetSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params, writeGlobally }) => {
      // Else a session that was left open would be enough to take the account over.
      if (params.id === user.id)
        throw new FleetError("CONFLICT", "Change your own password in your profile, where the current one is asked for.");
      const password = new Secret(randomBytes(NEW_PASSWORD_BYTES).toString("base64url"));
      const passwordHash = await passwords.hash(password);
      const username = await writeGlobally(
        async (tx) => {
          const found = (await getListedUser(tx, params.id)).username;
          if (found === null) throw new FleetError("CONFLICT", "This user has no password: they sign in another way.");
          await resetPassword(tx, { username: found, passwordHash });
          return found;
        },
        () => ({ targetId: params.id }),
      );
      return { status: 200, body: { username, password: password.reveal() } };
    },
  });
}

async function newestDeactivation(tx: GlobalTransaction, userId: string) {
  const row = await findDeactivation(tx, userId);
  if (row === null) throw new FleetError("NOT_FOUND", "This user was never deactivated.");
  return row;
}
