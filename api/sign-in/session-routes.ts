// Sign in, see who is signed in, sign out.
import { FleetError } from "../../contracts/core/errors.ts";
import { sessionViewSchema, signInSchema } from "../../contracts/sign-in/session.ts";
import { deleteSession, resolveSession } from "../../db/sign-in/sessions.ts";
import { setPassword } from "../../db/people/users.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { assertPasswordHolds, checkPassword, openSession, reboundHash } from "./sign-in.ts";
import { sessionReply, sessionView } from "./session-reply.ts";

const PATH = "/api/session";

export function createSessionRoutes(deps: Pick<ApiDeps, "db" | "cookie" | "passwords" | "limits">): readonly Route[] {
  return [createSignInRoute(deps), createReadRoute(deps), createSignOutRoute(deps)];
}

function createSignInRoute(deps: Pick<ApiDeps, "db" | "cookie" | "passwords" | "limits">): Route {
  return defineRoute({
    method: "post",
    path: PATH,
    operationId: "signIn",
    summary: "Sign in with user name and password",
    who: "public",
    onboarding: "always",
    rateLimit: "signIn",
    audit: { action: "session.create", target: "session" },
    body: signInSchema,
    bodyExample: { username: "ann", password: "…" },
    responses: { 201: { description: "Signed in; the cookie is set.", schema: sessionViewSchema } },
    errors: ["SIGN_IN_FAILED"],
    handler: async ({ body, remoteAddress, request, credential, writeGlobally }) => {
      const login = await checkPassword(deps, { ...body, remoteAddress });
      const rebound = await reboundHash(deps.passwords, login, body.password);
      const user = { id: login.userId, name: login.name, systemRole: login.systemRole };
      const owner = {
        userId: user.id,
        systemRole: user.systemRole,
        remoteAddress,
        userAgent: request.get("user-agent") ?? null,
      };
      const session = await writeGlobally(
        async (tx) => {
          await assertPasswordHolds(tx, login);
          if (rebound !== null) await setPassword(tx, { username: login.username, passwordHash: rebound });
          for (const earlier of credential?.hashes ?? []) await deleteSession(tx, earlier);
          return await openSession(tx, owner);
        },
        () => ({ targetId: user.id, actor: user, detail: { kind: login.kind } }),
      );
      return sessionReply(deps, session, user);
    },
  });
}

function createReadRoute({ db }: Pick<ApiDeps, "db">): Route {
  return defineRoute({
    method: "get",
    path: PATH,
    operationId: "getSession",
    summary: "Read the current session with its CSRF token",
    who: "session",
    onboarding: "always",
    rateLimit: "read",
    responses: { 200: { description: "The session.", schema: sessionViewSchema } },
    handler: async ({ user, credential }) => {
      const session = await resolveSession(db, credential?.hashes ?? []);
      if (session === null) throw new FleetError("UNAUTHENTICATED", "The session has ended. Sign in again.");
      const { sessionId: tokenHash, expiresAt } = session;
      return { status: 200, body: sessionView(db.keyring.csrfKey, { tokenHash, expiresAt }, user) };
    },
  });
}

function createSignOutRoute({ cookie }: Pick<ApiDeps, "cookie">): Route {
  return defineRoute({
    method: "delete",
    path: PATH,
    operationId: "signOut",
    summary: "Sign out; the session ends immediately",
    who: "session",
    onboarding: "always",
    rateLimit: "write",
    audit: { action: "session.delete", target: "session" },
    responses: { 204: { description: "Signed out; the cookie is removed." } },
    handler: async ({ user, writeGlobally }) => {
      await writeGlobally(
        (tx) => deleteSession(tx, Buffer.from(user.credentialId, "hex")),
        () => ({ targetId: user.id }),
      );
      return { status: 204, headers: { "set-cookie": cookie.clear() } };
    },
  });
}
