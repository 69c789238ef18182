// How each kind of model API lists its models and answers for one of them. Sources: the providers' own API references.
import { z } from "zod";
import { isReadableModelId } from "../../contracts/providers/model-id.ts";
import { modelSchema, type OfferedModel } from "../../contracts/providers/provider.ts";
import type { ApiType, ProviderType } from "../../contracts/providers/provider-facts.ts";
import type { Secret } from "../../contracts/core/secret.ts";

export interface ProviderTarget {
  readonly type: ProviderType;
  readonly baseUrl: string;
  readonly apiKey: Secret | null;
  readonly apiType: ApiType;
}

export interface ModelPage {
  readonly models: readonly OfferedModel[];
  /** Ids of models that an agent cannot use. */
  readonly unusable: readonly string[];
  /** Path of the page after this one; null on the last. */
  readonly next: string | null;
}

export interface ProviderApi {
  readonly headers: Readonly<Record<string, string>>;
  readonly firstPage: string;
  /** Null when the body is no list of models. */
  readonly readPage: (body: unknown) => ModelPage | null;
  /** Where the provider answers for one model by its id or alias; null where its list has every name there is. */
  readonly modelPath: ((id: string) => string) | null;
  /**
   * Where chats go, for servers that may keep no list: an empty request there is refused, costs nothing, and tells whether
   * address and key are right. Null where there is always a list.
   */
  readonly chatPath: string | null;
  /** Where a server has details of a model that its list omits; null if the list is complete. */
  readonly show: { readonly path: string; readonly read: (body: unknown) => ModelDetails } | null;
  /** Whether a model that is not in the list cannot be used. Servers behind `custom` list as they like. */
  readonly listsAll: boolean;
}

export function providerApi(target: ProviderTarget): ProviderApi {
  switch (target.apiType) {
    case "openai-completions":
    case "openai-responses":
      return openAiApi(target);
    case "anthropic-messages":
      return anthropicApi(target);
    case "google-generative-ai":
      return googleApi(target);
    case "ollama":
      return ollamaApi(target);
  }
}

/**
 * developers.openai.com/api/reference, "List models": one page, `data[].id`, key as Bearer. Others that speak this API add
 * the size of the context under a name of their own: `max_model_len` (vLLM), `context_length` (OpenRouter),
 * `context_window` (Groq), `max_context_length` (Mistral); what the model takes and does is told by OpenRouter's
 * `architecture.input_modalities` and `supported_parameters`, and by Mistral's `capabilities`. Z.AI answers on the same path below its own base URL.
 */
function openAiApi({ type, apiType, apiKey }: ProviderTarget): ProviderApi {
  return {
    headers: bearer(apiKey),
    firstPage: "/models",
    readPage: (body) => {
      const parsed = openAiPage.safeParse(body);
      if (!parsed.success) return null;
      const models = parsed.data.data.map((model) => ({ ...openAiCapabilities(model), id: model.id, name: model.name }));
      return { ...offer(models), next: null };
    },
    modelPath: type === "openai" ? (id) => `/models/${encodeURIComponent(id)}` : null,
    chatPath: apiType === "openai-responses" ? "/responses" : "/chat/completions",
    show: null,
    listsAll: type === "openai",
  };
}

/** platform.claude.com/docs/en/api/models-list: `limit` up to 1000, pages by `has_more` and `after_id`; aliases are not listed. */
function anthropicApi({ type, apiKey }: ProviderTarget): ProviderApi {
  const firstPage = "/v1/models?limit=1000";
  return {
    headers: { "anthropic-version": "2023-06-01", ...(apiKey === null ? {} : { "x-api-key": apiKey.reveal() }) },
    firstPage,
    readPage: (body) => {
      const parsed = anthropicPage.safeParse(body);
      if (!parsed.success) return null;
      const { data, has_more, last_id } = parsed.data;
      const models = data.map(({ id, display_name, max_input_tokens, max_tokens, capabilities }) => ({
        ...{ id, name: display_name, contextWindow: max_input_tokens, maxTokens: max_tokens },
        ...{ images: capabilities?.image_input?.supported, reasoning: capabilities?.thinking?.supported },
      }));
      const next =
        has_more === true && typeof last_id === "string" ? `${firstPage}&after_id=${encodeURIComponent(last_id)}` : null;
      return { ...offer(models), next };
    },
    modelPath: (id) => `/v1/models/${encodeURIComponent(id)}`,
    chatPath: "/v1/messages",
    show: null,
    listsAll: type === "anthropic",
  };
}

/** ai.google.dev/api/models: `pageSize` up to 1000, pages by `nextPageToken`, names with `models/` before them. */
function googleApi({ apiKey }: ProviderTarget): ProviderApi {
  const firstPage = "/models?pageSize=1000";
  return {
    headers: apiKey === null ? {} : { "x-goog-api-key": apiKey.reveal() },
    firstPage,
    readPage: (body) => {
      const parsed = googlePage.safeParse(body);
      if (!parsed.success) return null;
      const { models, nextPageToken } = parsed.data;
      const page = models.map(({ name, displayName, inputTokenLimit, outputTokenLimit, thinking }) => ({
        id: name.replace(/^models\//, ""),
        name: displayName,
        contextWindow: inputTokenLimit,
        maxTokens: outputTokenLimit,
        reasoning: thinking,
      }));
      const hasNext = nextPageToken !== undefined && nextPageToken !== "";
      return { ...offer(page), next: hasNext ? `${firstPage}&pageToken=${encodeURIComponent(nextPageToken)}` : null };
    },
    modelPath: null,
    chatPath: null,
    show: null,
    listsAll: false,
  };
}

/** docs.ollama.com/api/tags: `models[].name`, one page, no key; a name without a tag means `:latest`. */
function ollamaApi({ type, apiKey }: ProviderTarget): ProviderApi {
  return {
    headers: bearer(apiKey),
    firstPage: "/api/tags",
    readPage: (body) => {
      const parsed = ollamaPage.safeParse(body);
      return parsed.success ? { ...offer(parsed.data.models.map(({ name }) => ({ id: name }))), next: null } : null;
    },
    modelPath: null,
    chatPath: null,
    // docs.ollama.com/api/show: what it takes and does as `capabilities`, the context under the name of its architecture.
    show: { path: "/api/show", read: readOllamaShow },
    listsAll: type === "ollama",
  };
}

const limit = z.number().nullish().catch(undefined);
const label = z.string().nullish().catch(undefined);
const flag = z.boolean().nullish().catch(undefined);
const labels = z.array(z.string()).nullish().catch(undefined);
const openAiModel = z.looseObject({
  ...{ id: z.string(), name: label, max_model_len: limit, context_length: limit, context_window: limit },
  ...{ max_context_length: limit, max_completion_tokens: limit, supported_parameters: labels },
  top_provider: z.looseObject({ max_completion_tokens: limit }).nullish().catch(undefined),
  architecture: z.looseObject({ input_modalities: labels }).nullish().catch(undefined),
  capabilities: z.looseObject({ vision: flag, function_calling: flag, reasoning: flag }).nullish().catch(undefined),
});
const openAiPage = z.looseObject({ data: z.array(openAiModel) });
const supported = z.looseObject({ supported: flag }).nullish().catch(undefined);
const anthropicPage = z.looseObject({
  data: z.array(
    z.looseObject({
      ...{ id: z.string(), display_name: label, max_input_tokens: limit, max_tokens: limit },
      capabilities: z.looseObject({ image_input: supported, thinking: supported }).nullish().catch(undefined),
    }),
  ),
  has_more: z.boolean().optional(),
  last_id: z.string().nullish(),
});
const googlePage = z.looseObject({
  models: z
    .array(
      z.looseObject({ name: z.string(), displayName: label, inputTokenLimit: limit, outputTokenLimit: limit, thinking: flag }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});
const ollamaPage = z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) });

const ollamaShow = z.looseObject({
  capabilities: labels,
  model_info: z.record(z.string(), z.unknown()).nullish().catch(undefined),
});

/** The details of a single model. */
export type ModelDetails = Partial<Pick<OfferedModel, "images" | "tools" | "reasoning" | "contextWindow">>;

interface ListedModel {
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly contextWindow?: number | null | undefined;
  readonly maxTokens?: number | null | undefined;
  readonly images?: boolean | null | undefined;
  readonly tools?: boolean | null | undefined;
  readonly reasoning?: boolean | null | undefined;
}

/** Null for an id that is invalid in `provider/model`, or that OpenClaw reads differently. Values out of bounds are omitted. */
function offered({ id, name, contextWindow, maxTokens, images, tools, reasoning }: ListedModel): OfferedModel | null {
  const { shape } = modelSchema;
  if (!isReadableModelId(id) || !shape.id.safeParse(id).success) return null;
  return {
    id,
    name: shape.name.safeParse(name).data ?? id,
    contextWindow: shape.contextWindow.safeParse(contextWindow).data ?? null,
    maxTokens: shape.maxTokens.safeParse(maxTokens).data ?? null,
    images: images ?? null,
    tools: tools ?? null,
    reasoning: reasoning ?? null,
  };
}

function offer(listed: readonly ListedModel[]): Pick<ModelPage, "models" | "unusable"> {
  const models = listed.map((model) => offered(model));
  return {
    models: models.filter((model) => model !== null),
    unusable: listed.filter((_model, index) => models[index] === null).map(({ id }) => id),
  };
}

function readOllamaShow(body: unknown): ModelDetails {
  const { data } = ollamaShow.safeParse(body);
  const { capabilities, model_info: facts } = data ?? {};
  if (capabilities === undefined || capabilities === null) return {};
  const [, context] = Object.entries(facts ?? {}).find(([name]) => name.endsWith(".context_length")) ?? [];
  const size = modelSchema.shape.contextWindow.safeParse(context).data;
  return {
    ...{ images: capabilities.includes("vision"), tools: capabilities.includes("tools") },
    ...{ reasoning: capabilities.includes("thinking"), ...(size === undefined ? {} : { contextWindow: size }) },
  };
}

function openAiCapabilities(model: z.infer<typeof openAiModel>): Omit<ListedModel, "id" | "name"> {
  const { supported_parameters: parameters, capabilities } = model;
  return {
    contextWindow: model.max_model_len ?? model.context_length ?? model.context_window ?? model.max_context_length,
    maxTokens: model.max_completion_tokens ?? model.top_provider?.max_completion_tokens,
    images: model.architecture?.input_modalities?.includes("image") ?? capabilities?.vision,
    tools: parameters?.includes("tools") ?? capabilities?.function_calling,
    reasoning: parameters?.includes("reasoning") ?? capabilities?.reasoning,
  };
}

function bearer(key: Secret | null): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key.reveal()}` };
}
