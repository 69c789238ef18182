// Agents that call, one for each way in which a key counts or does not; and rows of agents that addresses can name.
import { randomBytes, randomUUID } from "node:crypto";
import type { Pool } from "pg";
import { ALL_AGENT_SCOPES } from "../../../contracts/agents/facts.ts";
import type { AgentScope } from "../../../contracts/core/principal.ts";
import { agentTenant, humanTenant } from "../../../contracts/core/tenant.ts";
import { insertAgentKey, revokeAgentKey } from "../../../db/agents/agent-keys.ts";
import { disableAgent, insertAgent } from "../../../db/agents/agent-users.ts";
import type { Database } from "../../../db/core/database.ts";
import type { TestDatabase } from "../core/database.ts";

export interface NewCallingAgent {
  readonly ownerId: string;
  readonly scopes?: readonly AgentScope[];
}

export interface CallingAgent {
  readonly id: string;
  readonly ownerId: string;
  readonly keyId: string;
  readonly key: string;
}

/** An agent with one key. */
export async function addAgent(db: Database, { ownerId, scopes = ALL_AGENT_SCOPES }: NewCallingAgent): Promise<CallingAgent> {
  const handle = `a-${randomBytes(6).toString("hex")}`;
  return await db.asTenant(humanTenant(ownerId), async (tx) => {
    const id = await insertAgent(tx, { ownerId, handle, description: "", usesOwnerProviders: true });
    const { row, apiKey } = await insertAgentKey(tx, id, { scopes, description: "", expiresAt: null });
    return { id, ownerId, keyId: row.keyId, key: apiKey.reveal() };
  });
}

interface Making {
  readonly db: Database;
  readonly database: TestDatabase;
  readonly ownerOf: (name: "member" | "otherMember" | "deactivated") => string;
}

/** Keys by the kind of caller; `id`: of the agent that belongs to the member. */
export async function createCallingAgents({ db, database, ownerOf }: Making): Promise<{
  readonly id: string;
  readonly keys: ReadonlyMap<string, string>;
}> {
  const add = (name: Parameters<typeof ownerOf>[0], scopes?: readonly AgentScope[]): Promise<CallingAgent> =>
    addAgent(db, { ownerId: ownerOf(name), ...(scopes === undefined ? {} : { scopes }) });
  const agent = await add("member");
  const [revoked, expired, disabled] = [await add("member"), await add("member"), await add("member")];
  await db.asTenant(agentTenant(revoked.id), (tx) => revokeAgentKey(tx, revoked.id, revoked.keyId));
  await database.asOwner("UPDATE mosaic.agent_api_keys SET expires_at = mosaic.now() WHERE key_id = $1", [expired.keyId]);
  await db.asTenant(agentTenant(disabled.id), (tx) => disableAgent(tx, disabled.id, { by: "owner", reason: null }));
  return {
    id: agent.id,
    keys: new Map([
      ["agent", agent.key],
      ["agentWithoutScope", (await add("member", ["lease:use"])).key],
      ["otherAgent", (await add("otherMember")).key],
      ["agentRevoked", revoked.key],
      ["agentExpired", expired.key],
      ["agentDisabled", disabled.key],
      ["agentOfDeactivated", (await add("deactivated")).key],
    ]),
  };
}

/** What a caller claims to be, in headers that only we may set. */
export function forgedHeaders(userId: string): Readonly<Record<string, string>> {
  return {
    ...{ "x-oa-user-id": userId, "x-oa-tenant-key": humanTenant(userId), "x-oa-agent-id": randomUUID() },
    ...{ "x-openclaw-user": userId, "x-openclaw-scopes": "operator.admin" },
  };
}

interface AgentRowOf {
  readonly agentId: string;
  readonly ownerId: string;
}

/** By the owner of the tables. */
export async function insertAgentRow(owner: Pool, { agentId, ownerId }: AgentRowOf): Promise<void> {
  await owner.query(`INSERT INTO mosaic.agent_users (id, tenant, owner_id, owner_tenant, handle) VALUES ($1, $2, $3, $4, $5)`, [
    agentId,
    agentTenant(agentId),
    ownerId,
    humanTenant(ownerId),
    `m-${agentId.slice(0, 30)}`,
  ]);
}

/** Gives the key's public id. */
export async function insertAgentKeyRow(owner: Pool, { agentId, ownerId }: AgentRowOf): Promise<string> {
  const keyId = `oak_live_${randomBytes(10)
    .toString("hex")
    .replaceAll(/[0189]/g, "a")}`;
  await owner.query(
    `INSERT INTO mosaic.agent_api_keys (id, tenant, owner_tenant, key_id, hash, proof, last_four, scopes)
     VALUES ($1, $2, $3, $4, $5, '', '0000', '{chat:send}')`,
    [randomUUID(), agentTenant(agentId), humanTenant(ownerId), keyId, randomBytes(32)],
  );
  return keyId;
}
