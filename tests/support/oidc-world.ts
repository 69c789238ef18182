// A set-up installation with a real identity provider beside it, and what tests of signing in there ask again and again.
import type { OidcSettings } from "../../contracts/oidc.ts";
import { ADMIN, setUpInstallation, startTestApi, type TestApi } from "./api.ts";
import type { ApiSession } from "./api-session.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { OidcBrowser } from "./oidc-browser.ts";
import { putIntoEffect } from "./oidc-settings.ts";
import { startOidcProvider, type TestOidcProvider } from "./oidc-provider.ts";

export const OIDC_CONFIG = "/api/system-config/oidc";

export interface OidcWorld {
  readonly database: TestDatabase;
  readonly api: TestApi;
  readonly admin: ApiSession;
  readonly provider: TestOidcProvider;
  browser(): OidcBrowser;
  /** Signed in with the breakglass password: that it can be had at all is the point of several tests. */
  adminBrowser(at?: TestApi): Promise<OidcBrowser>;
  /** Everyone may come in, unless the settings say otherwise. */
  use(settings?: Partial<OidcSettings>): Promise<void>;
  /** What an administrator would enter. */
  values(changes?: object): Record<string, unknown>;
  /** Which ways in are offered to everybody. */
  methods(at?: TestApi): Promise<{ password: boolean; oidc: { displayName: string } | null }>;
  /** One more process of the same installation. */
  anotherApi(): Promise<TestApi>;
  close(): Promise<void>;
}

export async function startOidcWorld(): Promise<OidcWorld> {
  const database = await createTestDatabase();
  const api = await startTestApi(database);
  const admin = await setUpInstallation(api);
  const apis = [api];
  const provider = await startOidcProvider();
  return {
    ...{ database, api, admin, provider },
    browser: () => new OidcBrowser(api.url),
    adminBrowser: async (at = api) => await signedInAdmin(at),
    use: async (settings = {}) => await putIntoEffect(database, provider, { joinRule: "everyone", ...settings }),
    values: (changes = {}) => ({
      ...{ issuerUrl: provider.issuer, clientId: provider.clientId, clientSecret: provider.clientSecret },
      ...{ joinRule: "everyone", ...changes },
    }),
    methods: async (at = api) => (await new OidcBrowser(at.url).call("GET", "/api/sign-in-methods")).json,
    async anotherApi() {
      const another = await startTestApi(database);
      apis.push(another);
      return another;
    },
    async close() {
      await provider.close();
      for (const each of apis) await each.close();
      await database.drop();
    },
  };
}

async function signedInAdmin(at: TestApi): Promise<OidcBrowser> {
  const window = new OidcBrowser(at.url);
  const answer = await window.call("POST", "/api/session", ADMIN);
  if (answer.status !== 201) throw new Error(`The administrator could not sign in: ${answer.status} ${answer.text}`);
  return window;
}

/** Status, code and reason of an error answer. */
export function refusal(answer: { readonly status: number; readonly json: any }): readonly unknown[] {
  const { code, details } = answer.json?.error ?? {};
  return [answer.status, code, ...(details?.reason === undefined ? [] : [details.reason])];
}
export const oidcRejected = (reason: string): readonly unknown[] => [403, "OIDC_REJECTED", reason];
