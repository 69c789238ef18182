// Who is calling, and what they may do.
import type { Tenant } from "./tenant.ts";

export const SYSTEM_ROLES = ["admin", "member"] as const;
export type SystemRole = (typeof SYSTEM_ROLES)[number];

/** What a key may be used for. A browser session has every scope of its user. */
export const SCOPES = {
  "chat:send": "Send messages to your agent",
  "container:read": "Read the state of your container",
  "container:write": "Restart and stop your container",
  "settings:read": "Read your providers and agent configuration",
  "settings:write": "Change your providers and agent configuration",
  "keys:manage": "Create and revoke your keys",
} as const;
export type Scope = keyof typeof SCOPES;
// oxlint-disable-next-line typescript/consistent-type-assertions -- the keys of a constant object are its type's keys
export const ALL_SCOPES = Object.keys(SCOPES) as readonly Scope[];

/** Further ones, which only the keys of agents can have. */
export const AGENT_ONLY_SCOPES = {
  "knowledge:read": "Read what your agent knows",
  "knowledge:write": "Change what your agent knows",
  "lease:use": "Lease credentials as a runner",
} as const;
export type AgentScope = Scope | keyof typeof AGENT_ONLY_SCOPES;

/** A signed-in human: by cookie (all scopes) or by a personal API key (the key's scopes). */
export interface HumanPrincipal {
  readonly kind: "human";
  readonly id: string;
  readonly name: string;
  readonly systemRole: SystemRole;
  readonly tenant: Tenant;
  readonly scopes: readonly Scope[];
  readonly carrier: "session" | "key";
  /** Hex of the session's stored hash, or the key's public id. Never the credential itself. */
  readonly credentialId: string;
}

/** An agent that signs in by a key of its own. It has data and a container like a person, and belongs to the one who made it. */
export interface AgentPrincipal {
  readonly kind: "agent";
  readonly id: string;
  /** The same; the name that clients know. */
  readonly agentUserId: string;
  readonly ownerId: string;
  readonly name: string;
  readonly tenant: Tenant;
  readonly scopes: readonly AgentScope[];
  readonly carrier: "agent";
  /** The key's public id. */
  readonly credentialId: string;
}

export function agentPrincipal(
  facts: Pick<AgentPrincipal, "agentUserId" | "ownerId" | "name" | "tenant" | "scopes" | "credentialId">,
): AgentPrincipal {
  const { agentUserId, ownerId, name, tenant, scopes, credentialId } = facts;
  return { kind: "agent", id: agentUserId, agentUserId, ownerId, name, tenant, scopes, carrier: "agent", credentialId };
}

/** An agent container, on the internal listener only. */
export interface ContainerPrincipal {
  readonly kind: "container";
  readonly id: string;
  readonly tenant: Tenant;
  readonly generation: number;
}

export type Principal = HumanPrincipal | AgentPrincipal | ContainerPrincipal;
