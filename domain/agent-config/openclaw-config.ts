// Assembles the openclaw.json of one agent. The shape is that of OpenClaw 2026.9.6, which refuses unknown keys.
import type { AgentWarning } from "../../contracts/agent-config/agent-warnings.ts";
import { GATEWAY_PORT, GATEWAY_TLS_PATHS } from "../../contracts/containers/agent-container.ts";
import type { StoredModel } from "../../contracts/providers/provider.ts";
import type { ApiType } from "../../contracts/providers/provider-facts.ts";
import type { AgentSettings, ProviderSettings } from "./agent-settings.ts";
import type { JsonObject } from "../core/canonical-json.ts";
import { capabilitiesOf } from "../providers/model-capabilities.ts";
import { chooseModel } from "./model-choice.ts";

/** The agent's id inside its gateway. Never change it: on an existing volume the sessions would be lost for good. */
export const GATEWAY_AGENT_ID = "main";
/** Where the agent's volume is mounted, plus OpenClaw's own folder name. */
export const AGENT_WORKSPACE = "/home/node/.openclaw/workspace";

/** OpenClaw wants a model to be named. While its owner has none this one is, which nothing answers for; it is shown nowhere. */
export const LAST_RESORT_MODEL = "openai/gpt-4o-mini";

export interface OpenClawFacts {
  readonly agentId: typeof GATEWAY_AGENT_ID;
  /** How the agent is called in its prompt. */
  readonly displayName: string;
}

export interface AssembledConfig {
  /** Holds the providers' keys in the clear: hand it to the container it is for, store and log it nowhere. */
  readonly config: JsonObject;
  readonly warnings: readonly AgentWarning[];
  readonly effectiveModel: string | null;
  readonly hasUsableProvider: boolean;
}

/** The gateway's token is not in the file: it comes as OPENCLAW_GATEWAY_TOKEN, and a token here would override that. */
export function assembleOpenClawConfig(settings: AgentSettings, facts: OpenClawFacts): AssembledConfig {
  const choice = chooseModel(settings);
  const config: JsonObject = {
    gateway: GATEWAY,
    agents: {
      defaults: {
        model: {
          primary: choice.effectiveModel === null ? LAST_RESORT_MODEL : modelRef(choice.effectiveModel),
          fallbacks: choice.fallbackModels.map(modelRef),
        },
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
      providers: Object.fromEntries(
        choice.providers.map((provider) => [openClawProvider(provider.name), providerEntry(provider)]),
      ),
    },
    plugins: { allow: allowedPlugins(choice.providers) },
    tools: TOOLS,
    browser: { enabled: false },
    ...SILENT,
  };
  const { warnings, effectiveModel, hasUsableProvider } = choice;
  return { config, warnings, effectiveModel, hasUsableProvider };
}

/**
 * A provider's name in the file. OpenClaw 2026.9.6 gives a meaning to the names it knows: it downloads and installs the plugins of
 * `zai`, `groq`, `vercel-ai-gateway` and thirty others at each start, unpinned; it replaces models (`google/gemini-3-pro`,
 * `anthropic/sonnet`, `openrouter/auto`) or refuses them (`openai/codex-mini`); and a provider named `anthropic` makes it ask
 * `claude-haiku-4-5` for titles. No name with this prefix has a meaning.
 */
export function openClawProvider(name: string): string {
  return `mosaic-${name}`;
}

/** `provider/model` as the file names it. */
function modelRef(model: string): string {
  return literal(openClawProvider(model));
}

const GATEWAY: JsonObject = {
  mode: "local",
  port: GATEWAY_PORT,
  bind: "lan",
  auth: { mode: "token" },
  // Nobody sends a token or a message to what cannot prove that it is this gateway.
  tls: { enabled: true, certPath: GATEWAY_TLS_PATHS.certificate, keyPath: GATEWAY_TLS_PATHS.key },
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

/** Nothing is announced on the network, and nothing is reported or fetched without a request. */
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
    // With `api-key` OpenClaw pauses a key for up to ten minutes once it was refused, and the next key with it.
    auth: "token",
    api: provider.apiType,
    models: provider.models.map(modelEntry),
  };
}

/** What is not said here OpenClaw drops: an image never reaches a model whose `input` does not name it. */
function modelEntry(model: StoredModel): JsonObject {
  const { contextWindow, maxTokens, images, tools, reasoning } = capabilitiesOf(model);
  return {
    id: literal(model.id),
    name: literal(model.name),
    contextWindow,
    maxTokens,
    input: images ? ["text", "image"] : ["text"],
    reasoning,
    ...(tools ? {} : { compat: { supportsTools: false } }),
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
