// Rows of agents and their keys, with the services' own logins: the agent and its owner reach them, and nobody else.
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { agentTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import { addAgent, type CallingAgent } from "../../support/agents/calling-agents.ts";
import { useDatabase, useService } from "../../support/core/database.ts";
import { addPerson, type Person } from "../../support/people/people.ts";
import { useWorld } from "../../support/core/use-world.ts";

const TABLES = ["agent_users", "agent_api_keys"] as const;
const REFUSED = "42501";

const database = useDatabase();
const api = useService(database, "api");
const client: Client = useWorld(async (ends) => ends.adopt(await database.connectAs("api"), (open) => open.end()));
let owner: Person;
let stranger: Person;
let agent: CallingAgent;
let sibling: CallingAgent;

beforeEach(async () => {
  [owner, stranger] = [await addPerson(api), await addPerson(api)];
  agent = await addAgent(api, { ownerId: owner.userId });
  sibling = await addAgent(api, { ownerId: owner.userId });
  await addAgent(api, { ownerId: stranger.userId });
});

/** How many rows it reached, or the error's code. Rolled back. */
async function attempt(tenant: Tenant | "", sql: string, ...parameters: unknown[]): Promise<number | string> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT set_config('mosaic.tenant', $1, true)", [tenant]);
    return (await client.query(sql, parameters)).rowCount ?? 0;
  } catch (error) {
    return String((error as { code?: string }).code);
  } finally {
    await client.query("ROLLBACK");
  }
}

test.each(TABLES)("of %s the owner sees all their agents' rows, an agent its own, and others none of them", async (table) => {
  const read = (tenant: Tenant | "") =>
    attempt(tenant, `SELECT id FROM mosaic.${table} WHERE tenant = ANY ($1)`, [agentTenant(agent.id), agentTenant(sibling.id)]);
  expect([await read(owner.tenant), await read(agentTenant(agent.id))]).toEqual([2, 1]);
  expect([await read(stranger.tenant), await read("")]).toEqual([0, 0]);
});

test.each([
  ["agent_users", "description = 'x'"],
  ["agent_users", "status = 'disabled', disabled_by = 'owner'"],
  ["agent_api_keys", "revoked_at = mosaic.now()"],
])("of %s nobody else sets %s", async (table, change) => {
  const write = (tenant: Tenant) =>
    attempt(tenant, `UPDATE mosaic.${table} SET ${change} WHERE tenant = $1`, agentTenant(agent.id));
  expect([await write(owner.tenant), await write(agentTenant(agent.id))]).toEqual([1, 1]);
  expect([await write(stranger.tenant), await write(agentTenant(sibling.id))]).toEqual([0, 0]);
});

test.each([
  ["agent_users", "owner_tenant = tenant"],
  ["agent_users", "owner_id = gen_random_uuid()"],
  ["agent_api_keys", "scopes = '{keys:manage}'"],
  ["agent_api_keys", "hash = '\\x00'"],
  ["agent_api_keys", "tenant = 'agent:x'"],
])("of %s not even the owner's tenant sets %s by itself", async (table, change) => {
  expect(await attempt(owner.tenant, `UPDATE mosaic.${table} SET ${change}`)).toBe(REFUSED);
});

test("nobody makes an agent for another owner, nor an agent one for itself", async () => {
  const make = (as: Tenant, person: Person) => {
    const id = randomUUID();
    const sql = "INSERT INTO mosaic.agent_users (id, tenant, owner_id, owner_tenant, handle) VALUES ($1, $2, $3, $4, 'made')";
    return attempt(as, sql, id, agentTenant(id), person.userId, person.tenant);
  };
  expect([await make(owner.tenant, owner), await make(stranger.tenant, owner)]).toEqual([1, REFUSED]);
  expect(await make(agentTenant(agent.id), owner)).toBe(REFUSED);
});

test("no key is made by SQL alone, and what was ended stays ended", async () => {
  const insert = `INSERT INTO mosaic.agent_api_keys (id, tenant, owner_tenant, key_id, hash, proof, last_four, scopes)
    VALUES (gen_random_uuid(), $1, $2, 'oak_live_x', '', '', '', '{chat:send}')`;
  expect(await attempt(owner.tenant, insert, agentTenant(agent.id), owner.tenant)).toBe(REFUSED);
  await database.asOwner(
    "UPDATE mosaic.agent_api_keys SET revoked_at = mosaic.now(), expires_at = mosaic.now() WHERE tenant = $1",
    [agentTenant(agent.id)],
  );
  const revive = (change: string) =>
    attempt(owner.tenant, `UPDATE mosaic.agent_api_keys SET ${change} WHERE tenant = $1`, agentTenant(agent.id));
  expect([await revive("revoked_at = NULL"), await revive("expires_at = NULL")]).toEqual([REFUSED, REFUSED]);
  expect(await revive("expires_at = mosaic.now() + interval '1 day'")).toBe(REFUSED);
});
