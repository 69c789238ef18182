// A browser's kind of session for the few things a personal key may not do.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Secret } from "../../contracts/core/secret.ts";
import { SESSION_COOKIE, sessionViewSchema } from "../../contracts/sign-in/session.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import { boundedJson } from "./bounded-body.ts";
import { createApiClient, type ApiClient, type ApiRequest } from "./api-client.ts";

export const SESSION_PATH = "/api/session";
/** All waits of one sign-in together; a longer one is reported as an error. */
const WAIT_MAX_MS = 2 * 60_000;

type SessionWork<T> = (api: ApiClient) => Promise<T>;

export interface SignIn {
  readonly username: string;
  readonly password: Secret;
  /** The api refuses for a while, and the sign-in is tried again after it. */
  readonly onWait?: (milliseconds: number) => void;
}

/** Signs in, does the work, and signs out again whatever came of it. */
export async function withSession<T>(url: URL, signIn: SignIn, work: SessionWork<T>): Promise<T> {
  return await use(await signInPatiently(url, signIn), work);
}

/** The same in the session that another call opens: the first step of onboarding. */
export async function inSession<T>(url: URL, opening: ApiRequest, work: SessionWork<T>): Promise<T> {
  return await use(await openSession(url, opening), work);
}

async function signInPatiently(url: URL, { username, password, onWait }: SignIn): Promise<ApiClient> {
  const request = { method: "POST", path: SESSION_PATH, body: { username, password: password.reveal() } } as const;
  for (let waitedMs = 0; ;) {
    try {
      return await openSession(url, request);
    } catch (error) {
      const { code, retryAfterMs } = error instanceof CliError ? error.facts : {};
      if (code !== "RATE_LIMITED" || retryAfterMs === undefined || waitedMs + retryAfterMs > WAIT_MAX_MS) throw error;
      onWait?.(retryAfterMs);
      await sleep(retryAfterMs);
      // A server that always says 0 must not be retried forever.
      waitedMs += Math.max(retryAfterMs, 1_000);
    }
  }
}

async function use<T>(api: ApiClient, work: SessionWork<T>): Promise<T> {
  let result: T;
  try {
    result = await work(api);
  } catch (error) {
    // What went wrong matters more than the session, which expires anyway.
    await signOut(api).catch(() => undefined);
    throw error;
  }
  await signOut(api);
  return result;
}

async function signOut(api: ApiClient): Promise<void> {
  await api.call({ method: "DELETE", path: SESSION_PATH }, z.undefined());
}

async function openSession(url: URL, request: ApiRequest): Promise<ApiClient> {
  const response = await createApiClient(url, { kind: "none" }).fetch(request);
  const view = sessionViewSchema.safeParse(await boundedJson(response));
  const pair = response.headers.getSetCookie().map((header) => header.split(";")[0] ?? "");
  const cookie = pair.find((text) => text.replace(/^__Host-/, "").startsWith(`${SESSION_COOKIE}=`));
  if (!view.success || cookie === undefined) {
    throw new CliError(`${url.origin} opened no session.`, { exitCode: EXIT.failed });
  }
  return createApiClient(url, { kind: "session", cookie: new Secret(cookie), csrfToken: new Secret(view.data.csrfToken) });
}
