// A browser's kind of session for the few things a personal key may not do.
import { z } from "zod";
import { Secret } from "../../contracts/secret.ts";
import { SESSION_COOKIE, sessionViewSchema } from "../../contracts/session.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import { createApiClient, type ApiClient, type ApiRequest } from "./api-client.ts";

export const SESSION_PATH = "/api/session";

type SessionWork<T> = (api: ApiClient) => Promise<T>;

export interface SignIn {
  readonly username: string;
  readonly password: Secret;
}

/** Signs in, does the work, and signs out again whatever came of it. */
export function withSession<T>(url: URL, { username, password }: SignIn, work: SessionWork<T>): Promise<T> {
  return inSession(url, { method: "POST", path: SESSION_PATH, body: { username, password: password.reveal() } }, work);
}

/** The same in the session that another call opens: the first step of onboarding. */
export async function inSession<T>(url: URL, opening: ApiRequest, work: SessionWork<T>): Promise<T> {
  const api = await openSession(url, opening);
  let result: T;
  try {
    result = await work(api);
  } catch (error) {
    // What went wrong matters more than a session that ends by itself.
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
  const view = sessionViewSchema.safeParse(await response.json());
  const pair = response.headers.getSetCookie().map((header) => header.split(";")[0] ?? "");
  const cookie = pair.find((text) => text.replace(/^__Host-/, "").startsWith(`${SESSION_COOKIE}=`));
  if (!view.success || cookie === undefined) {
    throw new CliError(`${url.origin} opened no session.`, { exitCode: EXIT.failed });
  }
  return createApiClient(url, { kind: "session", cookie: new Secret(cookie), csrfToken: new Secret(view.data.csrfToken) });
}
