// A set-up installation with a real identity provider beside it, and what tests of signing in there ask again and again.
import type { OidcSettings } from "../../../contracts/sign-in/oidc.ts";
import { ADMIN, setUpInstallation, startTestApi, type TestApi } from "../core/api.ts";
import { createTestDatabase } from "../core/database.ts";
import { useWorld } from "../core/use-world.ts";
import { OidcBrowser } from "./oidc-browser.ts";
import { putIntoEffect } from "./oidc-settings.ts";
import { startOidcProvider } from "./oidc-provider.ts";

export const OIDC_CONFIG = "/api/system-config/oidc";

export const useOidc = () =>
  useWorld(async (ends) => {
    const database = ends.adopt(await createTestDatabase(), ({ drop }) => drop());
    /** One more process of the same installation. */
    const anotherApi = async () => ends.adopt(await startTestApi(database), ({ close }) => close());
    const api = await anotherApi();
    const admin = await setUpInstallation(api);
    const provider = ends.adopt(await startOidcProvider(), (each) => each.close());
    return {
      ...{ database, api, admin, provider, anotherApi },
      browser: () => new OidcBrowser(api.url),
      /** Signed in with the breakglass password: that it can be had at all is the point of several tests. */
      adminBrowser: async (at: TestApi = api) => await signedInAdmin(at),
      /** Everyone may come in, unless the settings say otherwise. */
      use: async (settings: Partial<OidcSettings> = {}) =>
        await putIntoEffect(database, provider, { joinRule: "everyone", ...settings }),
      /** No settings, neither active nor to be tried. */
      forgetSettings: () => database.asOwner("DELETE FROM mosaic.system_config WHERE key LIKE 'oidc.%'"),
      /** What an administrator would enter. */
      values: (changes: object = {}): Record<string, unknown> => ({
        ...{ issuerUrl: provider.issuer, clientId: provider.clientId, clientSecret: provider.clientSecret },
        ...{ joinRule: "everyone", ...changes },
      }),
      /** Which ways in are offered to everybody. */
      methods: async (at: TestApi = api): Promise<{ password: boolean; oidc: { displayName: string } | null }> =>
        (await new OidcBrowser(at.url).call("GET", "/api/sign-in-methods")).json,
      usersOf: (email: string) =>
        database.asOwner<{ id: string; role: string }>("SELECT id, system_role AS role FROM mosaic.users WHERE email = $1", [
          email,
        ]),
    };
  });

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
