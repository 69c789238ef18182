// Facts of registered agents that pages offer and the api checks. No validator comes with them.

/** What a registered agent is there for. */
export const REGISTERED_AGENT_ROLES = ["orchestrator", "developer", "researcher", "operations"] as const;
export type RegisteredAgentRole = (typeof REGISTERED_AGENT_ROLES)[number];

/** `listed`: the workspaces, people and agents of the lists alone. */
export const AUDIENCES = ["everyone", "listed"] as const;

/** Where a gateway's token comes from; the environment goes before what is stored. */
export const TOKEN_SOURCES = ["environment", "stored", "none"] as const;
export type TokenSource = (typeof TOKEN_SOURCES)[number];

const VARIABLE_PREFIX = "OPENCLAW_TOKEN_";

/** The variable that holds the token of this agent's gateway. */
export function tokenVariable(name: string): string {
  return `${VARIABLE_PREFIX}${name.toUpperCase().replaceAll("-", "_")}`;
}

/** OpenAI clients name a registered agent by `agent:<name>`. */
export const AGENT_MODEL_PREFIX = "agent:";
