// The registry as callers see it: registered and system agents by name, what is hidden from whom, and what a chat needs.
import type { RegisteredTarget } from "../../adapters/openclaw/registered-gateway-failures.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { tenantParts, type Tenant } from "../../contracts/core/tenant.ts";
import { tokenVariable } from "../../contracts/registered-agents/registered-agent-facts.ts";
import type { Audience, RegisteredAgent, RegisteredAgentSettings } from "../../contracts/registered-agents/registered-agent.ts";
import type { Database, GlobalTransaction } from "../../db/core/database.ts";
import { derivedId } from "../../db/core/derived-id.ts";
import { listSystemContainers } from "../../db/containers/system-containers.ts";
import type { SystemContainerRow } from "../../db/installation/system.ts";
import type { RegisteredAgentRow } from "../../db/registered-agents/registered-agent.ts";
import {
  audienceOf,
  findRegisteredAgent,
  listOwnWorkspaces,
  listRegisteredAgents,
  listStoredTokens,
  noAgent,
  openStoredToken,
} from "../../db/registered-agents/registered-agents.ts";
import { mayUse, type AudienceMember } from "../../domain/registered-agents/audience.ts";
import { tokenSource, type GatewayTokens } from "./gateway-tokens.ts";

/** Who looks. */
export interface RegistryCaller {
  readonly tenant: Tenant;
  /** Signed in as one with a session, as for everything that only administrators see. */
  readonly isAdministrator: boolean;
}

export interface Registry {
  /** Those that the caller may use, by name. */
  list(caller: RegistryCaller): Promise<RegisteredAgent[]>;
  /** @throws FleetError NOT_FOUND, also for one that the caller may not use */
  get(caller: RegistryCaller, name: string): Promise<RegisteredAgent>;
  /** Those that the caller may use and that a chat can reach. */
  reachable(caller: RegistryCaller): Promise<RegisteredAgent[]>;
  /** All of them, with what only administrators see. */
  listSettings(): Promise<RegisteredAgentSettings[]>;
  /** @throws FleetError NOT_FOUND, AGENT_UNUSABLE for an inactive one, or one without a token */
  target(caller: RegistryCaller, name: string): Promise<RegisteredTarget>;
  /** For a test by an administrator: an inactive one too. The token may be missing. */
  connection(name: string): Promise<Omit<RegisteredTarget, "token"> & { readonly token: RegisteredTarget["token"] | null }>;
}

const EVERYONE: Audience = { who: "everyone", workspaces: [], people: [], agents: [] };

interface RegistryDeps {
  readonly db: Database;
  readonly tokens: GatewayTokens;
}

export function createRegistry(deps: RegistryDeps): Registry {
  const { db, tokens } = deps;
  const usable = (caller: RegistryCaller): Promise<RegisteredAgentSettings[]> =>
    db.globally(async (tx) => {
      const member = await memberOf(tx, caller);
      return (await readSettings(tx, tokens)).filter(({ audience }) => mayUse(audience, member));
    });
  const list = async (caller: RegistryCaller): Promise<RegisteredAgent[]> =>
    (await usable(caller)).map((agent) => shownTo(caller, agent));

  return {
    list,
    async get(caller, name) {
      const found = (await list(caller)).find((agent) => agent.name === name);
      if (found === undefined) throw noAgent(name);
      return found;
    },
    async reachable(caller) {
      const agents = await usable(caller);
      const reachable = agents.filter(
        ({ isActive, isSystemAgent, tokenSource: source }) => isActive && !isSystemAgent && source !== "none",
      );
      return reachable.map((agent) => shownTo(caller, agent));
    },
    listSettings: () => db.globally((tx) => readSettings(tx, tokens)),
    target: (caller, name) => targetOf(deps, caller, name),
    connection: (name) =>
      db.globally(async (tx) => {
        const row = await findRegisteredAgent(tx, name);
        if (row === null) throw await withoutAddress(tx, name);
        return await open(tx, row, tokens);
      }),
  };
}

async function readSettings(tx: GlobalTransaction, tokens: GatewayTokens): Promise<RegisteredAgentSettings[]> {
  const stored = await listStoredTokens(tx);
  const registered = (await listRegisteredAgents(tx)).map((row) => settingsOf(row, tokens, stored.has(row.id)));
  const system = (await listSystemContainers(tx)).map(systemAgentSettings);
  return [...registered, ...system].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function targetOf({ db, tokens }: RegistryDeps, caller: RegistryCaller, name: string): Promise<RegisteredTarget> {
  return await db.globally(async (tx) => {
    const row = await findRegisteredAgent(tx, name);
    if (row === null) throw await withoutAddress(tx, name);
    if (!mayUse(audienceOf(row), await memberOf(tx, caller))) throw noAgent(name);
    if (!row.isActive) throw unusable(`OpenClaw agent '${name}' is inactive`);
    const { token, ...rest } = await open(tx, row, tokens);
    if (token === null) throw unusable(`Missing gateway token for agent '${name}'. Set ${tokenVariable(name)}.`);
    return { ...rest, token };
  });
}

async function open(tx: GlobalTransaction, row: RegisteredAgentRow, tokens: GatewayTokens) {
  const { name, gatewayUrl, agentId } = row;
  return { name, gatewayUrl, agentId, token: tokens.get(tokenVariable(name)) ?? (await openStoredToken(tx, row)) };
}

async function memberOf(tx: GlobalTransaction, { tenant, isAdministrator }: RegistryCaller): Promise<AudienceMember> {
  const { kind, id } = tenantParts(tenant);
  const workspaces = kind === "human" ? await listOwnWorkspaces(tx, id) : [];
  return { tenant, isAdministrator, workspaces };
}

/** System agents are listed, and reached on their own page alone. */
async function withoutAddress(tx: GlobalTransaction, name: string): Promise<FleetError> {
  const isSystemAgent = (await listSystemContainers(tx)).some((agent) => agent.name === name);
  return isSystemAgent ? unusable(`OpenClaw agent '${name}' is a system agent and has no gateway here`) : noAgent(name);
}

function unusable(message: string): FleetError {
  return new FleetError("AGENT_UNUSABLE", message);
}

function settingsOf(row: RegisteredAgentRow, tokens: GatewayTokens, isStored: boolean): RegisteredAgentSettings {
  const { id, name, displayName, role, gatewayUrl, agentId, model, isActive } = row;
  return {
    ...{ id, name, displayName, role, gatewayUrl, agentId, model, isActive },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    isSystemAgent: false,
    tokenSource: tokenSource(tokens, name, isStored),
    tokenVariable: tokenVariable(name),
    audience: audienceOf(row),
  };
}

function systemAgentSettings({ tenant, name, displayName, isEnabled, createdAt }: SystemContainerRow): RegisteredAgentSettings {
  return {
    ...{ id: derivedId(tenant), name, displayName, role: "operations", gatewayUrl: null, agentId: "main", model: null },
    isActive: isEnabled,
    createdAt: createdAt.toISOString(),
    updatedAt: createdAt.toISOString(),
    isSystemAgent: true,
    tokenSource: "none",
    tokenVariable: tokenVariable(name),
    audience: EVERYONE,
  };
}

function shownTo({ isAdministrator }: RegistryCaller, settings: RegisteredAgentSettings): RegisteredAgent {
  const { id, name, displayName, role, gatewayUrl, agentId, model, isActive, createdAt, updatedAt } = settings;
  const address = isAdministrator ? gatewayUrl : null;
  return { id, name, displayName, role, gatewayUrl: address, agentId, model, isActive, createdAt, updatedAt };
}
