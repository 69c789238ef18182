// Assembles the openclaw.json of one agent. The shape is that of OpenClaw 2026.9.6, which refuses unknown keys.
import { GATEWAY_PORT } from "../contracts/agent-container.ts";
import type { ApiType } from "../contracts/provider-facts.ts";
import type { AgentSettings, ProviderSettings } from "./agent-settings.ts";
import type { JsonObject } from "./canonical-json.ts";
import { chooseModel } from "./model-choice.ts";

/** The agent's id inside its gateway. Never change it: on an existing volume the sessions would be lost for good. */
export const GATEWAY_AGENT_ID = "main";
/** Where the agent's volume is mounted, plus OpenClaw's own folder name. */
export const AGENT_WORKSPACE = "/home/node/.openclaw/workspace";

export interface OpenClawFacts {
  readonly agentId: typeof GATEWAY_AGENT_ID;
  /** How the agent is called in its prompt. */
  readonly displayName: string;
}

export interface AssembledConfig {
  /** Holds the providers' keys in the clear: hand it to the container it is for, store and log it nowhere. */
  readonly config: JsonObject;
  readonly warnings: readonly string[];
  readonly effectiveModel: string;
  readonly hasUsableProvider: boolean;
}

/** The gateway's token is not in the file: it comes as OPENCLAW_GATEWAY_TOKEN, and a token here would override that. */
export function assembleOpenClawConfig(settings: AgentSettings, facts: OpenClawFacts): AssembledConfig {
  const choice = chooseModel(settings);
  const config: JsonObject = {
    gateway: GATEWAY,
    agents: {
      defaults: {
        model: { primary: literal(choice.effectiveModel), fallbacks: choice.fallbackModels.map(literal) },
        workspace: AGENT_WORKSPACE,
        skipBootstrap: true,
        skills: [],
        heartbeat: { every: "0m" },
      },
      entries: { [facts.agentId]: { name: literal(facts.displayName) } },
    },
    models: {
      mode: "replace",
      catalogRefresh: { enabled: false },
      providers: Object.fromEntries(choice.providers.map((provider) => [provider.name, providerEntry(provider)])),
    },
    plugins: { allow: allowedPlugins(choice.providers) },
    tools: TOOLS,
    browser: { enabled: false },
    ...SILENT,
  };
  const { warnings, effectiveModel, hasUsableProvider } = choice;
  return { config, warnings, effectiveModel, hasUsableProvider };
}

const GATEWAY: JsonObject = {
  mode: "local",
  port: GATEWAY_PORT,
  bind: "lan",
  auth: { mode: "token" },
  reload: { mode: "hybrid" },
  http: { endpoints: { chatCompletions: { enabled: true } } },
  controlUi: { enabled: false },
};

/** The hardened profile of OpenClaw's own documentation for hosts with several tenants. */
const TOOLS: JsonObject = {
  profile: "minimal",
  deny: ["group:automation", "group:runtime", "group:fs", "sessions_spawn", "sessions_send"],
  fs: { workspaceOnly: true },
  exec: { security: "deny" },
  elevated: { enabled: false },
};

/** Nothing is announced on the network, and nothing reported or fetched that nobody asked for. */
const SILENT: JsonObject = {
  update: { checkOnStart: false, auto: { enabled: false } },
  discovery: { mdns: { mode: "off" } },
  telemetry: { enabled: false },
};

/**
 * The bundled plugin that speaks an API, where the core does not: without it a provider of that API answers nothing
 * ("No API provider registered"), although the validator accepts the file. Tried with each API on 2026.9.6.
 */
const PLUGIN_OF_API: Readonly<Partial<Record<ApiType, string>>> = { ollama: "ollama" };

function allowedPlugins(providers: readonly ProviderSettings[]): string[] {
  const needed = providers.map(({ apiType }) => PLUGIN_OF_API[apiType]).filter((plugin) => plugin !== undefined);
  return ["memory-core", ...new Set(needed)];
}

function providerEntry(provider: ProviderSettings): JsonObject {
  return {
    baseUrl: literal(provider.baseUrl),
    apiKey: keyOf(provider),
    api: provider.apiType,
    models: provider.models.map((model) => ({
      id: literal(model.id),
      name: literal(model.name),
      contextWindow: model.contextWindow,
      maxTokens: model.maxTokens,
      input: ["text"],
      reasoning: false,
    })),
  };
}

/** OpenClaw wants a key for each provider; these stand for "none is needed". */
function keyOf({ apiKey, apiType }: ProviderSettings): string {
  if (apiKey) return literal(apiKey.reveal());
  return apiType === "ollama" ? "ollama-local" : "none";
}

/** OpenClaw replaces `${NAME}` in every string by a variable of the container; `$${NAME}` is its escape. */
function literal(text: string): string {
  return text.replaceAll(/\$\{(?=[A-Z_][A-Z0-9_]*\})/g, () => "$${");
}
