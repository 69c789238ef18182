// Sign-in through the identity provider: the available methods, the start, and the callback.
import {
  oidcCallbackResultSchema,
  oidcCallbackSchema,
  oidcStartedSchema,
  oidcStartSchema,
  signInMethodsSchema,
} from "../../contracts/sign-in/oidc.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { Database } from "../../db/core/database.ts";
import { findOpenInvite, inviteGone } from "../../db/people/invites.ts";
import { readActiveOidc } from "../../db/sign-in/oidc-settings.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { beginOidc } from "./begin-oidc.ts";
import { finishOidc } from "./finish-oidc.ts";

export function createOidcRoutes(deps: Pick<ApiDeps, "db" | "oidc" | "oidcCookie" | "cookie" | "publicUrl">): readonly Route[] {
  return [createMethodsRoute(deps), createStartRoute(deps), createCallbackRoute(deps)];
}

function createMethodsRoute({ db }: Pick<ApiDeps, "db">): Route {
  return defineRoute({
    method: "get",
    path: "/api/sign-in-methods",
    operationId: "getSignInMethods",
    summary: "Read the available sign-in methods",
    who: "public",
    onboarding: "always",
    rateLimit: "read",
    responses: { 200: { description: "The sign-in methods.", schema: signInMethodsSchema } },
    errors: ["DATABASE_UNAVAILABLE"],
    handler: async () => {
      const active = await db.globally(readActiveOidc);
      return { status: 200, body: { password: true, oidc: active && { displayName: active.displayName } } };
    },
  });
}

function createStartRoute(deps: Pick<ApiDeps, "db" | "oidc" | "oidcCookie" | "publicUrl">): Route {
  return defineRoute({
    method: "post",
    path: "/api/oidc/sign-in",
    operationId: "startOidcSignIn",
    summary: "Start a sign-in at the identity provider; sets a cookie that the callback must carry",
    who: "public",
    rateLimit: "signIn",
    audit: { none: "What comes of it is audited." },
    body: oidcStartSchema,
    bodyExample: { returnTo: "/chat" },
    responses: { 200: { description: "Where to send the browser.", schema: oidcStartedSchema } },
    errors: ["NOT_FOUND", "INVITE_GONE", "OIDC_UNAVAILABLE"],
    handler: async ({ body, request }) => {
      const { returnTo, inviteToken } = body;
      const inviteId = inviteToken === undefined ? undefined : await idOfInvite(deps.db, inviteToken);
      return await beginOidc(deps, { purpose: "sign-in", request, returnTo, ...(inviteId && { inviteId }) });
    },
  });
}

function createCallbackRoute(deps: Pick<ApiDeps, "db" | "oidc" | "oidcCookie" | "cookie">): Route {
  return defineRoute({
    method: "post",
    path: "/api/oidc/callback",
    operationId: "finishOidcSignIn",
    summary: "Complete the identity provider's callback: sign in, link an identity or finish a test",
    who: "public",
    onboarding: "always",
    rateLimit: "signIn",
    audit: { action: "session.create", target: "session" },
    body: oidcCallbackSchema,
    bodyExample: { parameters: { code: "…", state: "…" } },
    responses: { 200: { description: "The result; cookies are set.", schema: oidcCallbackResultSchema } },
    errors: ["OIDC_REJECTED", "OIDC_UNAVAILABLE", "CONFLICT", "INVITE_GONE"],
    handler: async ({ body, request, remoteAddress, requestId, credential, writeGlobally }) =>
      await finishOidc(deps, { ...body, request, remoteAddress, requestId, credential, writeGlobally }),
  });
}

/** @throws FleetError INVITE_GONE */
async function idOfInvite(db: Database, token: string): Promise<string> {
  const invite = await db.globally((tx) => findOpenInvite(tx, tx.tokens.candidates(new Secret(token))));
  if (invite === null) throw inviteGone();
  return invite.id;
}
