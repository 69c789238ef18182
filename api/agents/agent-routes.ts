// What programs call to get and manage agents' keys: sign-up, keys of their own, who they are. With and without the prefix /api.
import { randomBytes } from "node:crypto";
import type { z } from "zod";
import {
  agentKeyCreatedSchema,
  agentKeyListSchema,
  agentMeSchema,
  agentMeUpdateSchema,
  agentSignedUpSchema,
  agentSignupSchema,
  ownKeyCreateSchema,
  ownKeyParamsSchema,
} from "../../contracts/agents/schema.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { AgentPrincipal, HumanPrincipal } from "../../contracts/core/principal.ts";
import type { Database, TenantTransaction } from "../../db/core/database.ts";
import { agentOfKey, insertAgentKey, listAgentKeys, revokeAgentKey } from "../../db/agents/agent-keys.ts";
import { getAgent, insertAgent, updateAgent } from "../../db/agents/agent-users.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { agentFacts, agentKeyView, createdKey } from "./agent-view.ts";
import { assertGrantable } from "./key-grant.ts";

/** Where the routes are, and what their names end in there. */
interface Place {
  readonly path: string;
  readonly name: string;
}
const PLACES: readonly Place[] = [
  { path: "/api/agent", name: "" },
  { path: "/agent", name: "AtRoot" },
];

const SELF_SERVE_OFF =
  "Agents cannot sign themselves up here. Ask a person of this installation to create one under Settings, Agents.";

export function createAgentKeyRoutes({ db }: { readonly db: Database }): readonly Route[] {
  return PLACES.flatMap((place) => [
    createSignupRoute(place),
    createListRoute(db, place),
    createMintRoute(place),
    createRevokeRoute(place),
    createReadRoute(db, place),
    createUpdateRoute(place),
  ]);
}

function createSignupRoute({ path, name }: Place): Route {
  return defineRoute({
    method: "post",
    path: `${path}/signup`,
    operationId: `signUpAgent${name}`,
    summary: "Create an agent with its first key, shown only in this response; you become its owner",
    who: "anyone",
    scope: "keys:manage",
    rateLimit: "write",
    audit: { action: "agent.create", target: "agent" },
    body: agentSignupSchema,
    bodyExample: { handle: "night-build", scopes: ["chat:send"], description: "Explains failed builds." },
    responses: { 201: { description: "The agent and its key.", schema: agentSignedUpSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, body, write }) => {
      if (user === null) throw new FleetError("FORBIDDEN", SELF_SERVE_OFF);
      if (body.owner !== undefined && body.owner !== user.id) {
        throw new FleetError("FORBIDDEN", "The owner of an agent is the person who creates it.");
      }
      const { scopes, description, handle = `agent-${randomBytes(4).toString("hex")}` } = body;
      const made = await write(
        user.tenant,
        async (tx) => {
          const expiresAt = await assertGrantable(tx, user, { scopes });
          const id = await insertAgent(tx, { ownerId: user.id, handle, description, usesOwnerProviders: true });
          return { id, key: await insertAgentKey(tx, id, { scopes, description: "", expiresAt }) };
        },
        ({ id, key }) => ({ targetId: id, detail: { handle, keyId: key.row.keyId, scopes } }),
      );
      const { keyId, apiKey } = createdKey(made.key);
      return { status: 201, body: { agentUserId: made.id, apiKey, keyId } };
    },
  });
}

function createListRoute(db: Database, { path, name }: Place): Route {
  return defineRoute({
    method: "get",
    path: `${path}/keys`,
    operationId: `listAgentKeys${name}`,
    summary: "List the calling agent's keys, newest first",
    who: "agent",
    scope: "keys:manage",
    rateLimit: "read",
    responses: { 200: { description: "The keys, without their secrets.", schema: agentKeyListSchema } },
    handler: async ({ agent }) => {
      const rows = await db.asTenant(agent.tenant, (tx) => listAgentKeys(tx, agent.id));
      return { status: 200, body: { keys: rows.map(agentKeyView) } };
    },
  });
}

function createMintRoute({ path, name }: Place): Route {
  return defineRoute({
    method: "post",
    path: `${path}/keys`,
    operationId: `createAgentKey${name}`,
    summary: "Create a further key of an agent, with no more than the calling key has; it is shown only in this response",
    who: "tenant",
    scope: "keys:manage",
    rateLimit: "write",
    audit: { action: "agent-key.create", target: "agent-key" },
    body: ownKeyCreateSchema,
    bodyExample: { scopes: ["chat:send"], description: "Build server", expiresInDays: 90 },
    responses: { 201: { description: "The key.", schema: agentKeyCreatedSchema } },
    errors: ["NOT_FOUND", "CONFLICT"],
    handler: async ({ caller, body, write }) => {
      const agentUserId = agentNamed(caller, body.agentUserId);
      const { scopes, description } = body;
      const created = await write(
        caller.tenant,
        async (tx) => {
          const expiresAt = await assertGrantable(tx, caller, body);
          return await insertAgentKey(tx, agentUserId, { scopes, description, expiresAt });
        },
        ({ row }) => ({ targetId: row.keyId, detail: { agentUserId, scopes, expiresAt: row.expiresAt } }),
      );
      return { status: 201, body: createdKey(created) };
    },
  });
}

/** @throws FleetError NOT_FOUND for another agent's own, VALIDATION_FAILED where a person names none */
function agentNamed(caller: HumanPrincipal | AgentPrincipal, named: string | undefined): string {
  if (caller.kind === "agent") {
    if (named === undefined || named === caller.id) return caller.id;
    throw new FleetError("NOT_FOUND", "There is no such agent.");
  }
  if (named !== undefined) return named;
  const message = "Say which of your agents the key is for.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "agentUserId", message }] });
}

function createRevokeRoute({ path, name }: Place): Route {
  return defineRoute({
    method: "post",
    path: `${path}/keys/:keyId/revoke`,
    operationId: `revokeAgentKey${name}`,
    summary: "Revoke a key of an agent; it stops working immediately. Fine when it is revoked already",
    who: "tenant",
    scope: "keys:manage",
    rateLimit: "write",
    audit: { action: "agent-key.revoke", target: "agent-key" },
    params: ownKeyParamsSchema,
    responses: { 204: { description: "Revoked." } },
    handler: async ({ caller, params: { keyId }, write }) => {
      const revoke = async (tx: TenantTransaction): Promise<string> => {
        const agentUserId = await agentOfKey(tx, keyId);
        await revokeAgentKey(tx, agentUserId, keyId);
        return agentUserId;
      };
      await write(caller.tenant, revoke, (agentUserId) => ({ targetId: keyId, detail: { agentUserId } }));
      return { status: 204 };
    },
  });
}

function createReadRoute(db: Database, { path, name }: Place): Route {
  return defineRoute({
    method: "get",
    path: `${path}/me`,
    operationId: `getCallingAgent${name}`,
    summary: "Read who the calling agent is, and what its key may do",
    who: "agent",
    rateLimit: "read",
    responses: { 200: { description: "The agent.", schema: agentMeSchema } },
    handler: async ({ agent }) => ({ status: 200, body: await db.asTenant(agent.tenant, (tx) => meView(tx, agent)) }),
  });
}

function createUpdateRoute({ path, name }: Place): Route {
  return defineRoute({
    method: "patch",
    path: `${path}/me`,
    operationId: `updateCallingAgent${name}`,
    summary: "Change the calling agent's description",
    who: "agent",
    scope: "settings:write",
    rateLimit: "write",
    audit: { action: "agent.update", target: "agent" },
    body: agentMeUpdateSchema,
    bodyExample: { description: "Explains failed builds." },
    responses: { 200: { description: "The agent.", schema: agentMeSchema } },
    handler: async ({ agent, body, write }) => {
      const changed = await write(
        agent.tenant,
        async (tx) => {
          await updateAgent(tx, agent.id, body);
          return await meView(tx, agent);
        },
        () => ({ targetId: agent.id, detail: { fields: Object.keys(body) } }),
      );
      return { status: 200, body: changed };
    },
  });
}

async function meView(tx: TenantTransaction, agent: AgentPrincipal): Promise<z.infer<typeof agentMeSchema>> {
  const row = await getAgent(tx, agent);
  const { ownerId, description } = row;
  return { ...agentFacts(row), description, ownerId, keyId: agent.credentialId, scopes: [...agent.scopes] };
}
