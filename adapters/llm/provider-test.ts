// Lists an LLM provider's models, to test the real connection and to offer the models.
import { FleetError } from "../../contracts/core/errors.ts";
import type { OfferedModel, OfferedModels } from "../../contracts/providers/provider.ts";
import { PROVIDER_DEFAULTS, PROVIDER_TEST_REASONS, type ProviderTestReason } from "../../contracts/providers/provider-facts.ts";
import { STEP_OF_REASON, type ProviderTestResult } from "../../contracts/providers/provider-test.ts";
import { providerSteps } from "../../domain/providers/provider-steps.ts";
import { isWebPage, parseJson, refusalOf } from "./provider-answer.ts";
import { providerApi, type ModelPage, type ProviderApi, type ProviderTarget } from "./provider-api.ts";
import { TEST_MESSAGES } from "./provider-test-messages.ts";
import { createSafeFetch, type SafeFetch, type SafeFetchOptions, type SafeResponse } from "../outbound/safe-fetch.ts";

const MODELS_MAX = 500;
const PAGES_MAX = 10;
/** Models that an agent cannot use are named, not listed. */
const UNUSABLE_MAX = 20;
const ID_SHOWN_CHARS = 200;
/** Of all calls of one test together; each alone has the deadline of safe fetch. */
const TOTAL_TIMEOUT_MS = 20_000;
/** Models that are looked up one by one, because the list does not have them. */
const LOOKED_UP_MAX = 5;
/** Models whose details are requested one by one. */
const SHOWN_MAX = 30;

export interface ProviderTestInput extends ProviderTarget {
  /** Ids that the provider should have. */
  readonly models?: readonly string[];
}
export type TestProvider = (input: ProviderTestInput) => Promise<ProviderTestResult>;
/** @throws FleetError PROVIDER_TEST_FAILED with details failedStep, reason and status */
export type DiscoverModels = (target: ProviderTarget) => Promise<OfferedModels>;

type Failure = { readonly reason: ProviderTestReason; readonly status: number | null };
type Listing =
  | { readonly failure: Failure }
  | (Pick<ModelPage, "models" | "unusable"> & { readonly failure: null; readonly isCut: boolean; readonly status: number });
type Ask = (path: string, body?: string) => Promise<SafeResponse>;

/**
 * For the composition root, which decides the rule on private addresses. A test never throws for what the provider does:
 * the result says at which step it failed, and what mends it.
 */
export function createProviderTest(options: SafeFetchOptions = {}): TestProvider {
  const safeFetch = createSafeFetch(options);
  return async (input) => {
    const startedAt = performance.now();
    const outcome = await tested(safeFetch, input);
    const steps = providerSteps({
      ...{ baseUrl: input.baseUrl, hasKey: input.apiKey !== null, failedStep: outcome.failedStep },
      ...{ isTried: outcome.reason !== "key_missing" || outcome.status !== null, hasList: outcome.models.length > 0 },
    });
    return { ...outcome, steps, durationMs: Math.round(performance.now() - startedAt) };
  };
}

/** As createProviderTest, for the models themselves. */
export function createModelDiscovery(options: SafeFetchOptions = {}): DiscoverModels {
  const safeFetch = createSafeFetch(options);
  return async (target) => {
    const api = providerApi(target);
    const ask = asker(safeFetch, target, api);
    const listing = await listModels(target, api, ask);
    if (listing.failure === null) {
      const { isCut, unusable } = listing;
      return { models: await detailed(listing.models, api, ask), isCut, unusable: [...unusable] };
    }
    const { reason, status } = listing.failure;
    const details = { failedStep: STEP_OF_REASON[reason], reason, status };
    throw new FleetError("PROVIDER_TEST_FAILED", TEST_MESSAGES[reason], { details });
  };
}

async function tested(
  safeFetch: SafeFetch,
  input: ProviderTestInput,
): Promise<Omit<ProviderTestResult, "durationMs" | "steps">> {
  const api = providerApi(input);
  const ask = asker(safeFetch, input, api);
  const listing = await listModels(input, api, ask);
  if (listing.failure !== null) return failed(listing.failure);
  const models = listing.models.map(({ id }) => id);
  const offered = await detailed(listing.models, api, ask);
  const unknownModels = await missingModels(input, { api, ask, listing });
  const { status } = listing;
  if (unknownModels.length > 0 && api.listsAll)
    return { ...failed({ reason: "model_unknown", status }), models, offered, unknownModels };
  const message =
    models.length === 0 ? "Works; its models cannot be listed. Enter their ids by hand." : `Works: ${models.length} models.`;
  return { ok: true, failedStep: null, reason: null, status, message, models, offered, unknownModels };
}

function failed({ reason, status }: Failure): Omit<ProviderTestResult, "durationMs" | "steps"> {
  const failedStep = STEP_OF_REASON[reason];
  return { ok: false, failedStep, reason, status, message: TEST_MESSAGES[reason], models: [], offered: [], unknownModels: [] };
}

function asker(safeFetch: SafeFetch, { baseUrl }: ProviderTarget, { headers }: ProviderApi): Ask {
  const signal = AbortSignal.timeout(TOTAL_TIMEOUT_MS);
  const base = baseUrl.replace(/\/+$/, "");
  return (path, body) =>
    body === undefined
      ? safeFetch(base + path, { headers, signal })
      : safeFetch(base + path, { headers: { ...headers, "content-type": "application/json" }, signal, method: "POST", body });
}

async function listModels(target: ProviderTarget, api: ProviderApi, ask: Ask): Promise<Listing> {
  if (PROVIDER_DEFAULTS[target.type].needsKey && target.apiKey === null) return failure("key_missing", null);
  try {
    return await readPages(target, api, ask);
  } catch (error) {
    const reason = error instanceof FleetError ? error.details?.["reason"] : undefined;
    const known = PROVIDER_TEST_REASONS.find((each) => each === reason);
    if (known === undefined) throw error;
    return failure(known, null);
  }
}

async function readPages(target: ProviderTarget, api: ProviderApi, ask: Ask): Promise<Listing> {
  const found = new Map<string, OfferedModel>();
  const unusable = new Set<string>();
  let path: string | null = api.firstPage;
  let status = 0;
  for (let page = 0; path !== null && page < PAGES_MAX && found.size < MODELS_MAX; page += 1) {
    const answer = await ask(path);
    const reason = refusalOf(answer, target.apiKey !== null);
    if (reason === "path_not_found" && page === 0 && mayKeepNoList(target)) return await withoutList(target, api, ask);
    if (reason !== null) return failure(reason, answer.status);
    const read = api.readPage(parseJson(answer.text));
    if (read === null) return failure("no_api", answer.status);
    for (const model of read.models) if (!holdsKey([model.id, model.name], target)) found.set(model.id, model);
    for (const id of read.unusable) if (!holdsKey([id], target)) unusable.add(id.slice(0, ID_SHOWN_CHARS));
    ({ status } = answer);
    path = read.next;
  }
  if (found.size === 0) return failure("no_models", status);
  const models = [...found.values()].slice(0, MODELS_MAX);
  const isCut = path !== null || found.size > MODELS_MAX;
  return { failure: null, models, unusable: [...unusable].slice(0, UNUSABLE_MAX), isCut, status };
}

/** Z.AI's reference does not have the list that it answers with; servers behind `custom` may keep none. */
function mayKeepNoList({ type }: ProviderTarget): boolean {
  return type === "zai" || type === "custom";
}

/** A server that answers an empty chat request with a complaint about it is at this address and takes the key. */
async function withoutList(target: ProviderTarget, { chatPath }: ProviderApi, ask: Ask): Promise<Listing> {
  if (chatPath === null) return failure("path_not_found", 404);
  const answer = await ask(chatPath, "{}");
  const isComplaint = (answer.status === 400 || answer.status === 422) && !isWebPage(answer);
  const reason = refusalOf(answer, target.apiKey !== null);
  if (reason !== null && !(reason === "unexpected_status" && isComplaint)) return failure(reason, answer.status);
  return { failure: null, models: [], unusable: [], isCut: false, status: answer.status };
}

/** Adds the details that the server has for each model: only for the first ones, the others can be requested later. */
async function detailed(models: readonly OfferedModel[], { show }: ProviderApi, ask: Ask): Promise<OfferedModel[]> {
  if (show === null) return [...models];
  const shown = models.slice(0, SHOWN_MAX).map(async (model) => {
    const answer = await ask(show.path, JSON.stringify({ model: model.id })).catch(unlessTestFailed);
    return answer?.status === 200 ? { ...model, ...show.read(parseJson(answer.text)) } : model;
  });
  return [...(await Promise.all(shown)), ...models.slice(SHOWN_MAX)];
}

/** A model without details is offered too. */
function unlessTestFailed(error: unknown): null {
  if (error instanceof FleetError && error.code === "PROVIDER_TEST_FAILED") return null;
  throw error;
}

interface Found {
  readonly api: ProviderApi;
  readonly ask: Ask;
  readonly listing: Extract<Listing, { failure: null }>;
}

/** The requested ids that are neither in the list nor known under another name. */
async function missingModels({ models = [] }: ProviderTestInput, { api, ask, listing }: Found): Promise<string[]> {
  if (listing.models.length === 0 || listing.isCut) return [];
  const listed = new Set(listing.models.flatMap(({ id }) => [id, id.replace(/:latest$/, "")]));
  const unlisted = models.filter((id) => !listed.has(id));
  const { modelPath } = api;
  if (modelPath === null) return unlisted;
  const answers = await Promise.all(
    unlisted.slice(0, LOOKED_UP_MAX).map(async (id) => ({ id, isThere: await isThere(ask, modelPath(id)) })),
  );
  return answers.flatMap(({ id, isThere: known }) => (known ? [] : [id]));
}

/** Only a plain "not found" counts: a look-up that fails otherwise says nothing about the model. */
async function isThere(ask: Ask, path: string): Promise<boolean> {
  try {
    return (await ask(path)).status !== 404;
  } catch (error) {
    if (error instanceof FleetError && error.code === "PROVIDER_TEST_FAILED") return true;
    throw error;
  }
}

/** A server that sends the key back as a name must not get it into a page. */
function holdsKey(texts: readonly string[], { apiKey }: ProviderTarget): boolean {
  return apiKey !== null && texts.some((text) => text.includes(apiKey.reveal()));
}

function failure(reason: ProviderTestReason, status: number | null): Listing {
  return { failure: { reason, status } };
}
