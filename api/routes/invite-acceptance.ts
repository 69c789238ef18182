// Taking an invitation: what its page shows, and the account that comes of it. Whoever has the link may (T24).
import type { z } from "zod";
import { inviteAcceptSchema, inviteLookupSchema, inviteOfferSchema, type InviteAccept } from "../../contracts/invites.ts";
import { Secret } from "../../contracts/secret.ts";
import { sessionViewSchema } from "../../contracts/session.ts";
import type { Database, GlobalTransaction } from "../../db/database.ts";
import { findOpenInvite, inviteGone, noteInviteUser, takeInvite, type ListedInvite } from "../../db/repositories/invites.ts";
import { insertLocalUser } from "../../db/repositories/users.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { assertPasswordAllowed } from "../password-rules.ts";
import { sessionReply } from "../session-reply.ts";
import { openSession } from "../sign-in.ts";

const TOKEN_EXAMPLE = "43 characters from behind the # of the link";
type AcceptanceDeps = Pick<ApiDeps, "db" | "cookie" | "passwords">;

export function createInviteAcceptanceRoutes(deps: AcceptanceDeps): readonly Route[] {
  return [createLookupRoute(deps), createAcceptRoute(deps)];
}

function createLookupRoute({ db }: Pick<ApiDeps, "db">): Route {
  return defineRoute({
    method: "post",
    path: "/api/invites/lookup",
    operationId: "lookUpInvite",
    summary: "See what an invitation offers; the token goes in the body, so that no log keeps it",
    who: "public",
    rateLimit: "signIn",
    audit: { none: "It only reads." },
    body: inviteLookupSchema,
    bodyExample: { token: TOKEN_EXAMPLE },
    responses: { 200: { description: "The offer.", schema: inviteOfferSchema } },
    errors: ["INVITE_GONE"],
    handler: async ({ body }) => ({ status: 200, body: offer(await openInvite(db, body.token)) }),
  });
}

function createAcceptRoute(deps: AcceptanceDeps): Route {
  return defineRoute({
    method: "post",
    path: "/api/invites/accept",
    operationId: "acceptInvite",
    summary: "Take an invitation with a user name and a password of one's own; signs in",
    who: "public",
    rateLimit: "signIn",
    audit: { action: "invite.accept", target: "user" },
    body: inviteAcceptSchema,
    bodyExample: { token: TOKEN_EXAMPLE, username: "ann", password: "…" },
    responses: { 201: { description: "The account is made; the cookie is set.", schema: sessionViewSchema } },
    errors: ["CONFLICT", "INVITE_GONE"],
    handler: async ({ body, remoteAddress, request, writeGlobally }) => {
      // A hash takes long: a dead link is refused before it.
      await openInvite(deps.db, body.token);
      assertPasswordAllowed(body.username, body.password);
      const passwordHash = await deps.passwords.hash(new Secret(body.password));
      const browser = { remoteAddress, userAgent: request.get("user-agent") ?? null };
      const { user, session } = await writeGlobally(
        async (tx) => {
          const created = await acceptInvite(tx, { ...body, passwordHash });
          return {
            user: created,
            session: await openSession(tx, { ...browser, userId: created.id, systemRole: created.systemRole }),
          };
        },
        ({ user: { id, name, systemRole } }) => ({ targetId: id, actor: { id, name }, detail: { systemRole } }),
      );
      return sessionReply(deps, session, user);
    },
  });
}

/** @throws FleetError INVITE_GONE; CONFLICT for a user name that is taken, which leaves the invitation open */
async function acceptInvite(tx: GlobalTransaction, input: Omit<InviteAccept, "password"> & { readonly passwordHash: string }) {
  const invite = await takeInvite(tx, tx.tokens.candidates(new Secret(input.token)));
  const { username, name, passwordHash } = input;
  const { email, systemRole, invitedAt, invitedBy } = invite;
  const user = await insertLocalUser(tx, {
    ...{ username, name, email, systemRole, passwordHash },
    invite: { at: invitedAt, by: invitedBy },
  });
  await noteInviteUser(tx, invite.id, user.id);
  return user;
}

/** @throws FleetError INVITE_GONE */
async function openInvite(db: Database, token: string): Promise<ListedInvite> {
  const invite = await db.globally((tx) => findOpenInvite(tx, db.tokens.candidates(new Secret(token))));
  if (invite === null) throw inviteGone();
  return invite;
}

function offer({ email, systemRole, invitedByName, expiresAt }: ListedInvite): z.output<typeof inviteOfferSchema> {
  return { email, systemRole, invitedByName, expiresAt: expiresAt.toISOString() };
}
