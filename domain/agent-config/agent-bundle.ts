// Everything one agent container gets: its openclaw.json, persona files and environment variables.
import type { AgentFile } from "../../contracts/agent-config/agent-config.ts";
import type { AgentWarning } from "../../contracts/agent-config/agent-warnings.ts";
import type { AgentSettings } from "./agent-settings.ts";
import type { JsonObject } from "../core/canonical-json.ts";
import { assembleOpenClawConfig, GATEWAY_AGENT_ID } from "./openclaw-config.ts";
import { personaFiles } from "./persona-files.ts";

export interface AgentBundle {
  /** Holds the providers' keys in the clear: hand it to the container it is for, store and log it nowhere. */
  readonly config: JsonObject;
  readonly files: Readonly<Record<string, { readonly [K in keyof AgentFile]: AgentFile[K] }>>;
  /** Without the gateway's token, which is another one at every start. */
  readonly variables: Readonly<Record<string, string>>;
  readonly revision: number;
  readonly warnings: readonly AgentWarning[];
}

/** Switches that openclaw.json does not have: nothing is announced on the network or updated automatically. */
const VARIABLES = { OPENCLAW_DISABLE_BONJOUR: "1", OPENCLAW_NO_AUTO_UPDATE: "1" } as const;

export function assembleAgentBundle(settings: AgentSettings, facts: { readonly displayName: string }): AgentBundle {
  const { config, warnings } = assembleOpenClawConfig(settings, { agentId: GATEWAY_AGENT_ID, displayName: facts.displayName });
  return { config, files: personaFiles(settings, facts), variables: VARIABLES, revision: settings.revision, warnings };
}
