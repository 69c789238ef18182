// Keys of the calling person's agents: made, replaced, changed, revoked.
import {
  agentKeyCreatedSchema,
  agentKeyCreateSchema,
  agentKeyParamsSchema,
  agentKeyRotateSchema,
  agentKeyUpdateSchema,
  agentKeyViewSchema,
  agentParamsSchema,
} from "../../contracts/agents/schema.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { changeAgentKey, getAgentKey, insertAgentKey, replaceAgentKey, revokeAgentKey } from "../../db/agents/agent-keys.ts";
import type { AgentKeyReplacedMessage } from "../../contracts/agents/agent-messages.ts";
import { addOutbox } from "../../db/core/outbox.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { agentKeyView, createdKey } from "./agent-view.ts";
import { assertGrantable } from "./key-grant.ts";

const PATH = "/api/agents/:id/keys";
const OWNER = { who: "user", scope: "keys:manage", rateLimit: "write" } as const;

export function createOwnAgentKeyRoutes(): readonly Route[] {
  return [createMintRoute(), createRotateRoute(), createChangeRoute(), createRevokeRoute()];
}

function createMintRoute(): Route {
  return defineRoute({
    ...OWNER,
    method: "post",
    path: PATH,
    operationId: "createOwnAgentKey",
    summary: "Create a further key of one of your agents; it is shown only in this response",
    audit: { action: "agent-key.create", target: "agent-key" },
    params: agentParamsSchema,
    body: agentKeyCreateSchema,
    bodyExample: { scopes: ["chat:send"], description: "Build server", expiresInDays: 90 },
    responses: { 201: { description: "The key.", schema: agentKeyCreatedSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params: { id: agentUserId }, body, write }) => {
      const { scopes, description } = body;
      const created = await write(
        user.tenant,
        async (tx) => {
          const expiresAt = await assertGrantable(tx, user, body);
          return await insertAgentKey(tx, agentUserId, { scopes, description, expiresAt });
        },
        ({ row }) => ({ targetId: row.keyId, detail: { agentUserId, scopes, expiresAt: row.expiresAt } }),
      );
      return { status: 201, body: createdKey(created) };
    },
  });
}

function createRotateRoute(): Route {
  return defineRoute({
    ...OWNER,
    method: "post",
    path: `${PATH}/:keyId/rotate`,
    operationId: "rotateOwnAgentKey",
    summary: "Replace a key by a new one of the same scopes; the old one works on for the overlap",
    audit: { action: "agent-key.rotate", target: "agent-key" },
    params: agentKeyParamsSchema,
    body: agentKeyRotateSchema,
    bodyExample: { overlapHours: 1 },
    responses: { 201: { description: "The new key.", schema: agentKeyCreatedSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params: { id: agentUserId, keyId }, body: { overlapHours }, write }) => {
      const rotate = async (tx: TenantTransaction) => {
        const replaced = await replaceAgentKey(tx, { agentUserId, keyId }, overlapHours);
        await assertGrantable(tx, user, replaced.row);
        if (replaced.oldEndsAt !== null) {
          const endsAtMs = replaced.oldEndsAt.getTime();
          const message = {
            topic: "agent-key.replaced",
            agentUserId,
            keyId,
            endsAtMs,
          } as const satisfies AgentKeyReplacedMessage;
          await addOutbox(tx, message);
        }
        return replaced;
      };
      const created = await write(user.tenant, rotate, ({ row, oldEndsAt }) => ({
        targetId: keyId,
        detail: { agentUserId, replacedBy: row.keyId, overlapHours, oldEndsAt },
      }));
      return { status: 201, body: createdKey(created) };
    },
  });
}

function createChangeRoute(): Route {
  return defineRoute({
    ...OWNER,
    method: "patch",
    path: `${PATH}/:keyId`,
    operationId: "updateOwnAgentKey",
    summary: "Change the scopes or the description of a key; new scopes count from the next call on",
    audit: { action: "agent-key.update", target: "agent-key" },
    params: agentKeyParamsSchema,
    body: agentKeyUpdateSchema,
    bodyExample: { scopes: ["chat:send", "container:read"] },
    responses: { 200: { description: "The changed key.", schema: agentKeyViewSchema } },
    handler: async ({ user, params: { id: agentUserId, keyId }, body, write }) => {
      const change = async (tx: TenantTransaction) => {
        const before = await getAgentKey(tx, agentUserId, keyId);
        if (body.scopes !== undefined) await assertGrantable(tx, user, { scopes: body.scopes });
        return { before, after: await changeAgentKey(tx, { agentUserId, keyId }, body) };
      };
      const { after } = await write(user.tenant, change, ({ before, after: { scopes } }) => ({
        targetId: keyId,
        detail: { agentUserId, fields: Object.keys(body), scopes, scopesBefore: before.scopes },
      }));
      return { status: 200, body: agentKeyView(after) };
    },
  });
}

function createRevokeRoute(): Route {
  return defineRoute({
    ...OWNER,
    method: "post",
    path: `${PATH}/:keyId/revoke`,
    operationId: "revokeOwnAgentKey",
    summary: "Revoke a key of one of your agents; it stops working immediately. Fine when it is revoked already",
    audit: { action: "agent-key.revoke", target: "agent-key" },
    params: agentKeyParamsSchema,
    responses: { 204: { description: "Revoked." } },
    handler: async ({ user, params: { id: agentUserId, keyId }, write }) => {
      await write(
        user.tenant,
        (tx) => revokeAgentKey(tx, agentUserId, keyId),
        () => ({ targetId: keyId, detail: { agentUserId } }),
      );
      return { status: 204 };
    },
  });
}
