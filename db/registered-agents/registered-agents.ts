// Registered agents: reading, and what administrators change. A token is sealed to its agent and to the origin it is sent to.
import { randomUUID } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret, type SecretPlace } from "../../contracts/core/secret.ts";
import type {
  Audience,
  RegisteredAgentCreate,
  RegisteredAgentUpdate,
} from "../../contracts/registered-agents/registered-agent.ts";
import { isAgentName } from "../core/agent-names.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { isUniqueViolation } from "../core/database-error.ts";
import { RegisteredAgent, type RegisteredAgentRow } from "./registered-agent.ts";

/** By name. */
export async function listRegisteredAgents(tx: GlobalTransaction): Promise<RegisteredAgentRow[]> {
  return tx.em.find(RegisteredAgent, {}, { orderBy: { name: "asc" }, disableIdentityMap: true });
}

export async function findRegisteredAgent(tx: GlobalTransaction, name: string): Promise<RegisteredAgentRow | null> {
  return tx.em.findOne(RegisteredAgent, { name }, { disableIdentityMap: true });
}

/** Ids of the agents that have a stored token. */
export async function listStoredTokens(tx: GlobalTransaction): Promise<ReadonlySet<string>> {
  const rows = await tx.sql<{ id: string }>("SELECT agent_id AS id FROM mosaic.registered_agent_secrets");
  return new Set(rows.map(({ id }) => id));
}

/** Null without one. @throws FleetError SECRET_UNREADABLE when it was sealed for another address. */
export async function openStoredToken(
  tx: GlobalTransaction,
  agent: Pick<RegisteredAgentRow, "id" | "gatewayUrl">,
): Promise<Secret | null> {
  const sql = "SELECT token FROM mosaic.registered_agent_secrets WHERE agent_id = $1";
  const [row] = await tx.sql<{ token: string }>(sql, [agent.id]);
  return row === undefined ? null : tx.secrets.open(row.token, placeOf(agent));
}

export function audienceOf(row: RegisteredAgentRow): Audience {
  const { audience: who, audienceWorkspaces: workspaces, audiencePeople: people, audienceAgents: agents } = row;
  return { who, workspaces, people, agents };
}

/** Ids of the workspaces that a person is a member of. */
export async function listOwnWorkspaces(tx: GlobalTransaction, userId: string): Promise<string[]> {
  const sql = "SELECT workspace_id AS id FROM mosaic.workspace_members WHERE user_id = $1";
  return (await tx.sql<{ id: string }>(sql, [userId])).map(({ id }) => id);
}

/** @throws FleetError CONFLICT for a name that is taken, by a system agent too. */
export async function insertRegisteredAgent(
  tx: GlobalTransaction,
  input: RegisteredAgentCreate,
  createdBy: string,
): Promise<RegisteredAgentRow> {
  await assertNameFree(tx, input.name);
  const id = randomUUID();
  const { name, displayName, role, gatewayUrl, agentId, model, isActive, audience } = input;
  await orTaken(name, () =>
    tx.sql(
      `INSERT INTO mosaic.registered_agents
         (id, name, display_name, role, gateway_url, agent_id, model, is_active, created_by,
          audience, audience_workspaces, audience_people, audience_agents)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        ...[id, name, displayName, role, gatewayUrl, agentId, model, isActive, createdBy],
        ...[audience.who, audience.workspaces, audience.people, audience.agents],
      ],
    ),
  );
  await storeToken(tx, { id, gatewayUrl }, input.token);
  return tx.em.findOneOrFail(RegisteredAgent, { id }, { disableIdentityMap: true });
}

/**
 * Absent fields stay. A stored token is bound to its origin, so that another origin needs it in the same call.
 * @throws FleetError NOT_FOUND, CONFLICT, VALIDATION_FAILED
 */
export async function updateRegisteredAgent(
  tx: GlobalTransaction,
  name: string,
  change: RegisteredAgentUpdate,
): Promise<RegisteredAgentRow> {
  await tx.sql("SELECT 1 FROM mosaic.registered_agents WHERE name = $1 FOR UPDATE", [name]);
  const before = await findRegisteredAgent(tx, name);
  if (before === null) throw noAgent(name);
  const { token, audience = audienceOf(before), ...fields } = change;
  const after = { ...before, ...withoutUndefined(fields) };
  if (after.name !== name) await assertNameFree(tx, after.name);
  if (token === undefined) await assertTokenFits(tx, before, after.gatewayUrl);
  await orTaken(after.name, () =>
    tx.sql(
      `UPDATE mosaic.registered_agents
          SET name = $2, display_name = $3, role = $4, gateway_url = $5, agent_id = $6, model = $7, is_active = $8,
              audience = $9, audience_workspaces = $10, audience_people = $11, audience_agents = $12,
              updated_at = mosaic.now()
        WHERE id = $1`,
      [
        ...[before.id, after.name, after.displayName, after.role, after.gatewayUrl, after.agentId, after.model, after.isActive],
        ...[audience.who, audience.workspaces, audience.people, audience.agents],
      ],
    ),
  );
  if (token !== undefined) await storeToken(tx, after, token);
  return tx.em.findOneOrFail(RegisteredAgent, { id: before.id }, { disableIdentityMap: true });
}

/** With its token. @throws FleetError NOT_FOUND */
export async function deleteRegisteredAgent(tx: GlobalTransaction, name: string): Promise<string> {
  const sql = "DELETE FROM mosaic.registered_agents WHERE name = $1 RETURNING id";
  const [deleted] = await tx.sql<{ id: string }>(sql, [name]);
  if (deleted === undefined) throw noAgent(name);
  return deleted.id;
}

export function noAgent(name: string): FleetError {
  return new FleetError("NOT_FOUND", `OpenClaw agent '${name.slice(0, 100)}' not found`);
}

async function assertNameFree(tx: GlobalTransaction, name: string): Promise<void> {
  if (await isAgentName(tx, "system", name)) throw taken(name);
}

async function orTaken(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (isUniqueViolation(cause)) throw taken(name, cause);
    throw cause;
  }
}

function taken(name: string, cause?: unknown): FleetError {
  return new FleetError("CONFLICT", `OpenClaw agent '${name}' already exists`, { cause });
}

async function assertTokenFits(tx: GlobalTransaction, before: RegisteredAgentRow, gatewayUrl: string): Promise<void> {
  if (new URL(before.gatewayUrl).origin === new URL(gatewayUrl).origin) return;
  if (!(await listStoredTokens(tx)).has(before.id)) return;
  const message = "token must be given again for another gatewayUrl";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "token", message }] });
}

async function storeToken(
  tx: GlobalTransaction,
  agent: Pick<RegisteredAgentRow, "id" | "gatewayUrl">,
  token: string | null,
): Promise<void> {
  if (token === null) {
    await tx.sql("DELETE FROM mosaic.registered_agent_secrets WHERE agent_id = $1", [agent.id]);
    return;
  }
  await tx.sql(
    `INSERT INTO mosaic.registered_agent_secrets (agent_id, token) VALUES ($1, $2)
     ON CONFLICT (agent_id) DO UPDATE SET token = excluded.token, updated_at = mosaic.now()`,
    [agent.id, tx.secrets.seal(new Secret(token), placeOf(agent))],
  );
}

function placeOf({ id, gatewayUrl }: Pick<RegisteredAgentRow, "id" | "gatewayUrl">): SecretPlace {
  const binding = new URL(gatewayUrl).origin;
  return { table: "registered_agent_secrets", column: "token", tenant: null, rowId: id, binding };
}

function withoutUndefined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- Object.entries forgets which keys there are.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
