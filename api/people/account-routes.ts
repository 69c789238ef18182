// The caller's account: profile, password, sessions.
import { z } from "zod";
import {
  ownSessionListSchema,
  passwordChangeSchema,
  preferencesSchema,
  profileUpdateSchema,
  profileViewSchema,
} from "../../contracts/people/account.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { endOtherSessions, endOwnSession, findUsername, listOwnSessions, updateProfile } from "../../db/people/account.ts";
import { revokeAllApiKeys } from "../../db/keys/api-keys.ts";
import { getListedUser, type ListedUser } from "../../db/people/user-list.ts";
import { setPassword } from "../../db/people/users.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { assertPasswordAllowed } from "../sign-in/password-rules.ts";
import { assertPasswordHolds, confirmPassword } from "../sign-in/sign-in.ts";
import { userView } from "./user-view.ts";

const SESSIONS = "/api/me/sessions";
type AccountDeps = Pick<ApiDeps, "db" | "passwords" | "limits">;

export function createAccountRoutes(deps: AccountDeps): readonly Route[] {
  return [...createProfileRoutes(deps), createPasswordRoute(deps), ...createSessionRoutes(deps)];
}

function createProfileRoutes({ db }: AccountDeps): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/me",
      operationId: "getProfile",
      summary: "Read your profile and preferences",
      who: "session",
      rateLimit: "read",
      responses: { 200: { description: "The profile.", schema: profileViewSchema } },
      handler: async ({ user }) => ({ status: 200, body: profileView(await db.globally((tx) => getListedUser(tx, user.id))) }),
    }),
    defineRoute({
      method: "patch",
      path: "/api/me",
      operationId: "updateProfile",
      summary: "Change your name and preferences",
      who: "session",
      rateLimit: "write",
      audit: { action: "profile.update", target: "user" },
      body: profileUpdateSchema,
      bodyExample: { preferences: { language: "de", colourScheme: "dark" } },
      responses: { 200: { description: "The profile.", schema: profileViewSchema } },
      handler: async ({ user, body, writeGlobally }) => {
        const row = await writeGlobally(
          async (tx) => {
            await updateProfile(tx, user.id, body);
            return await getListedUser(tx, user.id);
          },
          () => ({ targetId: user.id, detail: { fields: Object.keys(body) } }),
        );
        return { status: 200, body: profileView(row) };
      },
    }),
  ];
}

function createPasswordRoute(deps: AccountDeps): Route {
  return defineRoute({
    method: "post",
    path: "/api/me/password",
    operationId: "changePassword",
    summary: "Change your password; all other sessions end",
    who: "session",
    rateLimit: "signIn",
    audit: { action: "profile.password", target: "user" },
    body: passwordChangeSchema,
    bodyExample: { currentPassword: "…", newPassword: "…", revokeKeys: true },
    responses: { 204: { description: "Changed." } },
    errors: ["CONFLICT", "SIGN_IN_FAILED"],
    handler: async ({ user, body, remoteAddress, write }) => {
      const username = await deps.db.globally((tx) => findUsername(tx, user.id));
      if (username === null)
        throw new FleetError("CONFLICT", "You have no password here: you sign in through the identity provider.");
      const checked = await confirmPassword(deps, { username, password: body.currentPassword, remoteAddress });
      assertPasswordAllowed(username, body.newPassword, "newPassword");
      const passwordHash = await deps.passwords.hash(new Secret(body.newPassword), user.id);
      await write(
        user.tenant,
        async (tx) => {
          await assertPasswordHolds(tx, checked);
          await setPassword(tx, { username, passwordHash });
          const sessionsEnded = await endOtherSessions(tx, user.id, sessionHash(user));
          return { sessionsEnded, keysRevoked: body.revokeKeys ? await revokeAllApiKeys(tx) : 0 };
        },
        (detail) => ({ targetId: user.id, detail }),
      );
      return { status: 204 };
    },
  });
}

function createSessionRoutes({ db }: AccountDeps): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: SESSIONS,
      operationId: "listOwnSessions",
      summary: "List your sessions, most recently used first",
      who: "session",
      rateLimit: "read",
      responses: { 200: { description: "The sessions.", schema: ownSessionListSchema } },
      handler: async ({ user }) => {
        const rows = await db.globally((tx) => listOwnSessions(tx, user.id, sessionHash(user)));
        const sessions = rows.map((row) => ({
          ...row,
          createdAt: row.createdAt.toISOString(),
          lastSeenAt: row.lastSeenAt.toISOString(),
          expiresAt: row.expiresAt.toISOString(),
        }));
        return { status: 200, body: { sessions } };
      },
    }),
    defineRoute({
      method: "delete",
      path: SESSIONS,
      operationId: "endOtherSessions",
      summary: "Sign out everywhere else",
      who: "session",
      rateLimit: "write",
      audit: { action: "session.end-others", target: "user" },
      responses: { 204: { description: "Ended." } },
      handler: async ({ user, writeGlobally }) => {
        await writeGlobally(
          (tx) => endOtherSessions(tx, user.id, sessionHash(user)),
          (sessionsEnded) => ({ targetId: user.id, detail: { sessionsEnded } }),
        );
        return { status: 204 };
      },
    }),
    defineRoute({
      method: "delete",
      path: `${SESSIONS}/:id`,
      operationId: "endOwnSession",
      summary: "End one of your sessions",
      who: "session",
      rateLimit: "write",
      audit: { action: "session.end", target: "session" },
      params: z.strictObject({ id: z.string().regex(/^[0-9a-f]{32}$/) }),
      responses: { 204: { description: "Ended." } },
      handler: async ({ user, params, writeGlobally }) => {
        await writeGlobally(
          (tx) => endOwnSession(tx, user.id, params.id),
          () => ({ targetId: params.id }),
        );
        return { status: 204 };
      },
    }),
  ];
}

/** Only sessions may call these routes, and theirs is the hash that the database found. */
function sessionHash(user: { readonly credentialId: string }): Buffer {
  return Buffer.from(user.credentialId, "hex");
}

function profileView(row: ListedUser): z.output<typeof profileViewSchema> {
  const { isLastAdmin: _, ...view } = userView(row);
  return { ...view, preferences: preferencesSchema.parse(row.preferences) };
}
