// Tests the connection to an LLM provider for real, and says at which step it fails and what mends it (P1, O3).
import { z } from "zod";
import { FleetError } from "../contracts/errors.ts";
import {
  PROVIDER_DEFAULTS,
  PROVIDER_TEST_STEPS,
  type ApiType,
  type ProviderTestResult,
  type ProviderType,
} from "../contracts/provider.ts";
import type { Secret } from "../contracts/secret.ts";
import { createSafeFetch, type SafeFetch, type SafeFetchOptions, type SafeResponse } from "./safe-fetch.ts";

const MODELS_MAX = 500;

export interface ProviderTestInput {
  readonly type: ProviderType;
  readonly baseUrl: string;
  readonly apiKey: Secret | null;
  readonly apiType: ApiType;
}
export type TestProvider = (input: ProviderTestInput) => Promise<ProviderTestResult>;

type Step = (typeof PROVIDER_TEST_STEPS)[number];

/** How one kind of API lists its models. Sources: the providers' own API references. */
interface ModelListing {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ids: (body: unknown) => string[] | null;
}

/**
 * For the composition root, which decides the rule on private addresses. A test never throws for what the provider does:
 * the result says at which step it failed, and what mends it.
 */
export function createProviderTest(options: SafeFetchOptions = {}): TestProvider {
  const safeFetch = createSafeFetch(options);
  return (input) => runTest(safeFetch, input);
}

async function runTest(safeFetch: SafeFetch, input: ProviderTestInput): Promise<ProviderTestResult> {
  const startedAt = performance.now();
  const done = (result: Pick<ProviderTestResult, "failedStep" | "message" | "models">): ProviderTestResult => ({
    ok: result.failedStep === null,
    durationMs: Math.round(performance.now() - startedAt),
    ...result,
  });
  const failedAt = (failedStep: Step, message: string) => done({ failedStep, message, models: [] });

  if (PROVIDER_DEFAULTS[input.type].needsKey && input.apiKey === null) {
    return failedAt("key", "This provider needs an API key. Create one in the provider's console and enter it here.");
  }
  const listing = listingFor(input);
  try {
    const response = await safeFetch(input.baseUrl.replace(/\/+$/, "") + listing.path, { headers: listing.headers });
    return done(judgeAnswer(input, listing, response));
  } catch (error) {
    if (!(error instanceof FleetError) || error.code !== "PROVIDER_TEST_FAILED") throw error;
    const step = PROVIDER_TEST_STEPS.find((name) => name === error.details?.["step"]);
    return failedAt(step ?? "models", error.message);
  }
}

function judgeAnswer(
  { type, apiKey }: ProviderTestInput,
  listing: ModelListing,
  { status, text }: SafeResponse,
): Pick<ProviderTestResult, "failedStep" | "message" | "models"> {
  const failed = (failedStep: Step, message: string) => ({ failedStep, message, models: [] });
  if (status === 401 || status === 403) {
    return apiKey === null
      ? failed("key", `The server wants an API key (it answered ${status}). Enter one.`)
      : failed(
          "key",
          `The server refuses this API key (it answered ${status}). Check that it is whole, active and meant for this address.`,
        );
  }
  if (status === 404 && type === "custom") {
    return {
      failedStep: null,
      message: "The server is reachable; its models cannot be listed. Enter their ids by hand.",
      models: [],
    };
  }
  if (status === 404)
    return failed("models", `Nothing is at ${listing.path} there (404). Check the path of the address, often it ends in /v1.`);
  if (status === 429)
    return failed(
      "models",
      "The server asks to slow down (429). The key may have no quota left; check the provider's console.",
    );
  if (status >= 500) return failed("models", `The server has a fault of its own (it answered ${status}). Try again later.`);
  if (status !== 200)
    return failed("models", `The server answered ${status} to the question for its models. Check the address.`);
  const models = listing.ids(parseJson(text));
  if (models === null)
    return failed("models", "The answer is no list of models. Check that this is the address of the API, not of a web page.");
  if (models.length > 0)
    return { failedStep: null, message: `Works: ${models.length} models.`, models: models.slice(0, MODELS_MAX) };
  const cure = type === "ollama" ? "Pull one first: ollama pull <model>." : "Load one there, or check what the key may use.";
  return failed("models", `The server answers, but has no models. ${cure}`);
}

const openAiList = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });
const ollamaList = z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) });

function openAiIds(body: unknown): string[] | null {
  const parsed = openAiList.safeParse(body);
  return parsed.success ? parsed.data.data.map(({ id }) => id) : null;
}

function listingFor({ type, apiType, apiKey }: ProviderTestInput): ModelListing {
  const key = apiKey?.reveal() ?? null;
  const bearer = key === null ? {} : { authorization: `Bearer ${key}` };
  if (type === "ollama" || (type === "custom" && apiType === "ollama")) {
    return { path: "/api/tags", headers: bearer, ids: (body) => namesOf(body, "") };
  }
  if (type === "anthropic" || (type === "custom" && apiType === "anthropic-messages")) {
    const headers = { "anthropic-version": "2023-06-01", ...(key === null ? {} : { "x-api-key": key }) };
    return { path: "/v1/models?limit=1000", headers, ids: openAiIds };
  }
  if (type === "custom" && apiType === "google-generative-ai") {
    return { path: "/models", headers: key === null ? {} : { "x-goog-api-key": key }, ids: (body) => namesOf(body, "models/") };
  }
  return { path: "/models", headers: bearer, ids: openAiIds };
}

function namesOf(body: unknown, prefix: string): string[] | null {
  const parsed = ollamaList.safeParse(body);
  if (!parsed.success) return null;
  return parsed.data.models.map(({ name }) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
