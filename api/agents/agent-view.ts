// Agents and their keys as the API shows them.
import type { AgentKeyCreated, AgentKeyView, AgentView } from "../../contracts/agents/schema.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import type { AgentKeyRow } from "../../db/agents/agent-keys.ts";
import type { AgentRow } from "../../db/agents/agent-users.ts";

type AgentFacts = Pick<
  AgentView,
  "agentUserId" | "handle" | "status" | "disabledBy" | "disabledReason" | "createdAt" | "lastUsedAt"
>;

/** What everyone who sees the agent sees of it. */
export function agentFacts(row: Omit<AgentRow, "ownerId" | "description" | "usesOwnerProviders" | "keys">): AgentFacts {
  const { agentUserId, handle, status, disabledBy, disabledReason } = row;
  return {
    ...{ agentUserId, handle, status, disabledBy, disabledReason },
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

export function agentView(row: AgentRow): AgentView {
  const { description, usesOwnerProviders, keys } = row;
  return { ...agentFacts(row), description, usesOwnerProviders, keys };
}

export function agentKeyView(row: AgentKeyRow): AgentKeyView {
  const { keyId, description, scopes, lastFour, replacedBy } = row;
  return {
    ...{ keyId, description, scopes, lastFour, replacedBy },
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

export function createdKey({ row, apiKey }: { readonly row: AgentKeyRow; readonly apiKey: Secret }): AgentKeyCreated {
  return {
    ...{ keyId: row.keyId, apiKey: apiKey.reveal(), scopes: row.scopes },
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}
