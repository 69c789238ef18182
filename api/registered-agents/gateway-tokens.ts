// Tokens of registered agents' gateways: those of the environment, and which of the two places counts.
import { tokenVariable, type TokenSource } from "../../contracts/registered-agents/registered-agent-facts.ts";
import { Secret } from "../../contracts/core/secret.ts";

/** By the name of the variable. */
export type GatewayTokens = ReadonlyMap<string, Secret>;

const VARIABLE = /^OPENCLAW_TOKEN_[A-Z0-9_]+$/;

/** An empty variable means the same as none. */
export function gatewayTokens(env: Readonly<Record<string, string | undefined>>): GatewayTokens {
  const found = Object.entries(env).flatMap(([name, value = ""]): [string, Secret][] =>
    VARIABLE.test(name) && value.trim() !== "" ? [[name, new Secret(value.trim())]] : [],
  );
  return new Map(found);
}

/** The environment goes first: an operator changes it without the database. */
export function tokenSource(tokens: GatewayTokens, name: string, isStored: boolean): TokenSource {
  if (tokens.has(tokenVariable(name))) return "environment";
  return isStored ? "stored" : "none";
}
