// What must hold for every answer to generated input: documented, no fault of ours, nothing shown that is secret.
import type { TestApi } from "./api.ts";
import { canariesIn } from "./canaries.ts";
import { leaksIn } from "./leaks.ts";
import type { RawAnswer } from "./raw-http.ts";
import { fuzz, type FuzzRun } from "./schemathesis.ts";

const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=()",
  "cache-control": "no-store",
};

/** Of any answer on a socket: our headers, no fault but one of `absent`, nothing shown. */
export function expectSoundAnswer({ status, headers, text }: RawAnswer, absent?: FuzzRun["absent"]): void {
  if (!faultsOf(absent).test(text)) expect(status ?? 0).toBeLessThan(500);
  expect(Object.fromEntries(headers)).toMatchObject(COMMON_HEADERS);
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
