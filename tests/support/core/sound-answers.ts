// What must hold for every answer to generated input: documented, no fault of ours, nothing shown that is secret.
import { join } from "node:path";
import type { TestApi } from "./api.ts";
import { canariesIn } from "./canaries.ts";
import type { RawAnswer } from "./raw-http.ts";
import { fuzz, type FuzzRun } from "./schemathesis.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");

/** Of what no answer may show. */
const SIGNS: Readonly<Record<string, RegExp | string>> = {
  "a stack trace": /\n\s+at \S.*[:(]\d+:\d+\)?/,
  "a path of this machine": REPOSITORY,
  "a path of our modules": /node_modules\/|node:internal/,
  "a statement of SQL": /\b(?:SELECT .{1,200} FROM|INSERT INTO|UPDATE \w+\.\w+ SET|DELETE FROM) /,
  "a name in the database": /\bmosaic\.[a-z_]+|\bauth\.[a-z]+_[a-z_]+/,
  "a message of Postgres": /violates \w+ constraint|invalid input syntax|invalid byte sequence|relation ".*" does not exist/,
};

const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=()",
};
/** A stream of events is `no-cache`, which proxies that buffer know. */
const cacheControlOf = (contentType = ""): string => (contentType.startsWith("text/event-stream") ? "no-cache" : "no-store");

/** Of any answer on a socket: our headers, no fault but one of `absent`, nothing shown. */
export function expectSoundAnswer({ status, headers, text }: RawAnswer, absent?: FuzzRun["absent"]): void {
  if (!faultsOf(absent).test(text)) expect(status ?? 0).toBeLessThan(500);
  const cacheControl = cacheControlOf(headers.get("content-type"));
  expect(Object.fromEntries(headers)).toMatchObject({ ...COMMON_HEADERS, "cache-control": cacheControl });
  expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/);
  expect(headers.get("x-powered-by")).toBeUndefined();
  expect(leaksIn(text)).toEqual([]);
}

export interface Surroundings {
  readonly api: TestApi;
  /** Secrets that neither an answer nor the log may hold, by name. */
  readonly canaries: Readonly<Record<string, string>>;
}

/** At least so many requests per operation, or the run has tried nothing. */
const REQUESTS_MIN = 5;

export async function expectSoundAnswers(run: FuzzRun, { api, canaries }: Surroundings): Promise<void> {
  const { failures, answers } = await fuzz(run);
  expect(failures).toBe("");
  expect(answers.length).toBeGreaterThan(REQUESTS_MIN * operationsOf(run));
  expect(answers.filter(({ status, text }) => status >= 500 && !faultsOf(run.absent).test(text))).toEqual([]);
  const shown = answers.flatMap(({ request, text }) =>
    [...leaksIn(text), ...canariesIn(text, canaries)].map((what) => `${request} shows ${what}`),
  );
  expect(shown).toEqual([]);
  expect(canariesIn(api.logs(), canaries)).toEqual([]);
  expect((await api.session().call("GET", "/healthz")).status).toBe(200);
}

function faultsOf(absent: FuzzRun["absent"]): RegExp {
  return new RegExp((absent ?? ["no fault is allowed"]).join("|"), "i");
}

function operationsOf({ document, only, without = [] }: FuzzRun): number {
  const all = Object.values<any>((document as any).paths).flatMap((methods) => Object.values<any>(methods));
  return all.filter(({ operationId }) => only?.includes(operationId) ?? !without.includes(operationId)).length;
}

function leaksIn(text: string): string[] {
  return Object.entries(SIGNS)
    .filter(([, sign]) => (typeof sign === "string" ? text.includes(sign) : sign.test(text)))
    .map(([name]) => name);
}
