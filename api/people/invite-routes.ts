// Invitations: make one (its link is shown once), list, revoke. Administrators only.
import { z } from "zod";
import { newSessionToken } from "../../adapters/crypto/credentials.ts";
import {
  inviteCreatedSchema,
  inviteCreateSchema,
  inviteListQuerySchema,
  invitePageSchema,
  type InviteView,
} from "../../contracts/people/invites.ts";
import { insertInvite, listInvitePage, revokeInvite, type ListedInvite } from "../../db/people/invites.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { inviteLink, mailInvite } from "./invite-link.ts";
import { ownOrigin } from "../http/own-origin.ts";

const PATH = "/api/invites";

export function createInviteRoutes(deps: Pick<ApiDeps, "db" | "publicUrl" | "mailer">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "listInvites",
      summary: "List invitations, newest first",
      who: "admin",
      rateLimit: "read",
      query: inviteListQuerySchema,
      responses: { 200: { description: "One page. A page past the end returns the last page.", schema: invitePageSchema } },
      handler: async ({ query }) => {
        const { invites, meta } = await deps.db.globally((tx) => listInvitePage(tx, query));
        return { status: 200, body: { invites: invites.map(inviteView), meta } };
      },
    }),
    createInviteRoute(deps),
    defineRoute({
      method: "delete",
      path: `${PATH}/:id`,
      operationId: "revokeInvite",
      summary: "Revoke an open invitation; its link stops working immediately",
      who: "admin",
      rateLimit: "write",
      audit: { action: "invite.revoke", target: "invite" },
      params: z.strictObject({ id: z.uuid() }),
      responses: { 204: { description: "Revoked." } },
      handler: async ({ params, writeGlobally }) => {
        await writeGlobally(
          (tx) => revokeInvite(tx, params.id),
          () => ({ targetId: params.id }),
        );
        return { status: 204 };
      },
    }),
  ];
}

function createInviteRoute(deps: Pick<ApiDeps, "db" | "publicUrl" | "mailer">): Route {
  return defineRoute({
    method: "post",
    path: PATH,
    operationId: "createInvite",
    summary: "Create an invitation; replaces an open invitation for the same address",
    who: "admin",
    rateLimit: "write",
    audit: { action: "invite.create", target: "invite" },
    body: inviteCreateSchema,
    bodyExample: { email: "ann@example.org", systemRole: "member", expiresInHours: 72 },
    responses: { 201: { description: "The invitation and its link, shown only now.", schema: inviteCreatedSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, body, request, log, writeGlobally }) => {
      const token = newSessionToken();
      const invite = { ...body, tokenHash: deps.db.tokens.hash(token), invitedBy: user.id };
      const row = await writeGlobally(
        (tx) => insertInvite(tx, invite),
        ({ id, email, systemRole }) => ({ targetId: id, detail: { email, systemRole } }),
      );
      const link = inviteLink(ownOrigin(deps.publicUrl, request), token);
      const { email: to, expiresAt } = row;
      const mail = await mailInvite({ ...deps, log }, { to, link, inviter: user.name, expiresAt });
      return { status: 201, body: { ...inviteView(row), link, mail } };
    },
  });
}

function inviteView(row: ListedInvite): InviteView {
  const { id, email, systemRole, status, createdAt, expiresAt, invitedBy, invitedByName } = row;
  return {
    ...{ id, email, systemRole, status },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    invitedBy: invitedBy === null || invitedByName === null ? null : { id: invitedBy, name: invitedByName },
  };
}
