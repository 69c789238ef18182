// The caller's identities at the identity provider: list, link, unlink.
import { z } from "zod";
import { oidcLinkSchema, oidcStartedSchema, ownIdentityListSchema } from "../../contracts/sign-in/oidc.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { findUsername } from "../../db/people/account.ts";
import { deleteOwnIdentity, listOwnIdentities } from "../../db/sign-in/user-identities.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { beginOidc } from "./begin-oidc.ts";
import { confirmPassword } from "./sign-in.ts";

const PATH = "/api/me/identities";
type IdentityDeps = Pick<ApiDeps, "db" | "oidc" | "oidcCookie" | "publicUrl" | "passwords" | "limits">;

export function createIdentityRoutes(deps: IdentityDeps): readonly Route[] {
  return [createListRoute(deps), createLinkRoute(deps), createUnlinkRoute(deps)];
}

function createListRoute({ db }: IdentityDeps): Route {
  return defineRoute({
    method: "get",
    path: PATH,
    operationId: "listOwnIdentities",
    summary: "List your linked identities",
    who: "session",
    rateLimit: "read",
    responses: { 200: { description: "The identities.", schema: ownIdentityListSchema } },
    handler: async ({ user }) => {
      const rows = await db.globally((tx) => listOwnIdentities(tx, user.id));
      const identities = rows.map(({ createdAt, lastUsedAt, ...row }) => ({
        ...row,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt?.toISOString() ?? null,
      }));
      return { status: 200, body: { identities } };
    },
  });
}

function createLinkRoute(deps: IdentityDeps): Route {
  return defineRoute({
    method: "post",
    path: PATH,
    operationId: "startIdentityLink",
    summary: "Start linking an identity to your account; requires the current password",
    who: "session",
    rateLimit: "signIn",
    audit: { none: "What comes of it is audited." },
    body: oidcLinkSchema,
    bodyExample: { currentPassword: "…", returnTo: "/settings/profile" },
    responses: { 200: { description: "Where to send the browser.", schema: oidcStartedSchema } },
    errors: ["NOT_FOUND", "CONFLICT", "OIDC_UNAVAILABLE"],
    handler: async ({ user, body, request, remoteAddress }) => {
      const username = await deps.db.globally((tx) => findUsername(tx, user.id));
      if (username === null)
        throw new FleetError("CONFLICT", "You have no password here: you sign in through the identity provider.");
      await confirmPassword(deps, { username, password: body.currentPassword, remoteAddress });
      return await beginOidc(deps, { purpose: "link", request, returnTo: body.returnTo, userId: user.id });
    },
  });
}

function createUnlinkRoute({ db }: IdentityDeps): Route {
  return defineRoute({
    method: "delete",
    path: `${PATH}/:id`,
    operationId: "deleteOwnIdentity",
    summary: "Unlink one of your identities; refused if you have no password",
    who: "session",
    rateLimit: "write",
    audit: { action: "profile.identity-unlink", target: "user" },
    params: z.strictObject({ id: z.uuid() }),
    responses: { 204: { description: "Unlinked." } },
    errors: ["CONFLICT"],
    handler: async ({ user, params, writeGlobally }) => {
      const username = await db.globally((tx) => findUsername(tx, user.id));
      if (username === null) throw new FleetError("CONFLICT", "This is your only sign-in method.");
      await writeGlobally(
        (tx) => deleteOwnIdentity(tx, user.id, params.id),
        () => ({ targetId: user.id }),
      );
      return { status: 204 };
    },
  });
}
