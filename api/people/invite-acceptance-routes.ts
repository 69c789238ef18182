// Accepting an invitation: what its page shows, and the account it creates. Anyone who has the link may.
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import {
  inviteAcceptSchema,
  inviteLookupSchema,
  inviteOfferSchema,
  type InviteAccept,
} from "../../contracts/people/invites.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { sessionViewSchema } from "../../contracts/sign-in/session.ts";
import type { Database, GlobalTransaction } from "../../db/core/database.ts";
import { findOpenInvite, inviteGone, noteInviteUser, takeInvite, type ListedInvite } from "../../db/people/invites.ts";
import { insertLocalUser } from "../../db/people/users.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { assertPasswordAllowed } from "../sign-in/password-rules.ts";
import { sessionReply } from "../sign-in/session-reply.ts";
import { openSession } from "../sign-in/sign-in.ts";

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
    summary: "Read an invitation; the token is in the body to keep it out of logs",
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
    summary: "Accept an invitation with a user name and password; signs in",
    who: "public",
    rateLimit: "signIn",
    audit: { action: "invite.accept", target: "user" },
    body: inviteAcceptSchema,
    bodyExample: { token: TOKEN_EXAMPLE, username: "ann", password: "…" },
    responses: { 201: { description: "The account is created; the cookie is set.", schema: sessionViewSchema } },
    errors: ["CONFLICT", "INVITE_GONE"],
    handler: async ({ body, remoteAddress, request, writeGlobally }) => {
      // A hash takes long: a dead link is refused before it.
      await openInvite(deps.db, body.token);
      assertPasswordAllowed(body.username, body.password);
      const id = randomUUID();
      const passwordHash = await deps.passwords.hash(new Secret(body.password), id);
      const browser = { remoteAddress, userAgent: request.get("user-agent") ?? null };
      const { user, session } = await writeGlobally(
        async (tx) => {
          const created = await acceptInvite(tx, { ...body, id, passwordHash });
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

interface AcceptedInvite extends Omit<InviteAccept, "password"> {
  /** Of the account to be. */
  readonly id: string;
  readonly passwordHash: string;
}

/** @throws FleetError INVITE_GONE; CONFLICT for a user name that is taken, which leaves the invitation open */
async function acceptInvite(tx: GlobalTransaction, input: AcceptedInvite) {
  const invite = await takeInvite(tx, tx.tokens.candidates(new Secret(input.token)));
  const { id, username, name, passwordHash } = input;
  const { email, systemRole, invitedAt, invitedBy } = invite;
  const user = await insertLocalUser(tx, {
    ...{ id, username, name, email, systemRole, passwordHash },
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
