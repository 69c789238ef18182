// Identity providers that lie or point to forbidden addresses: those are not called, and nobody gets in.
import type { IssuerProblem } from "../../../contracts/sign-in/oidc-facts.ts";
import { ADMIN, startTestApi, useAdmin, useApi } from "../../support/core/api.ts";
import type { Answer, ApiSession } from "../../support/core/api-session.ts";
import { startForgingIssuer, type ForgingIssuer, type TokenForgery } from "../../support/sign-in/forging-issuer.ts";
import { OidcBrowser } from "../../support/sign-in/oidc-browser.ts";
import { putIntoEffect } from "../../support/sign-in/oidc-settings.ts";
import { OIDC_CONFIG, oidcRejected, refusal } from "../../support/sign-in/oidc-world.ts";

/** Password hashes on a machine with much else to do. */
const SLOW_MS = 180_000;
const api = useApi();
const admin = useAdmin(api);
let forger: ForgingIssuer;

beforeAll(async () => {
  forger = await startForgingIssuer();
}, 120_000);
beforeEach(() => {
  forger.claimToHave({});
  forger.forge({});
});
afterAll(async () => {
  await forger?.close();
});

describe("an issuer is refused", () => {
  const put = async (issuerUrl: string, session: ApiSession = admin): Promise<Answer> =>
    await session.call("PUT", `${OIDC_CONFIG}/candidate`, { issuerUrl, clientId: "c", clientSecret: "s" });
  const problemOf = (answer: Answer) => [...refusal(answer), answer.json?.error?.validations?.[0]?.path];
  const refused = (reason: IssuerProblem) => [422, "VALIDATION_FAILED", reason, "issuerUrl"];

  test("not when it is sound, so that the others mean something", async () => {
    expect((await put(forger.issuer)).status).toBe(200);
  });

  test.each([
    ["http://id.example.org", "plain_http"],
    ["https://169.254.169.254", "internal"],
    ["https://[::ffff:a9fe:a9fe]", "internal"],
    ["https://2852039166", "internal"],
    ["https://user:pass@id.example.org", "form"],
    ["https://id.example.org/?a=b", "form"],
  ] as const)("%s: %s", async (issuerUrl, reason) => {
    expect(problemOf(await put(issuerUrl))).toEqual(refused(reason));
  });

  test.each([
    ["jwks_uri", "http://169.254.169.254/keys", "plain_http"],
    ["jwks_uri", "https://168.63.129.16/keys", "internal"],
    ["token_endpoint", "https://[fd00:ec2::254]/token", "internal"],
    ["userinfo_endpoint", "http://10.0.0.1/me", "plain_http"],
    ["authorization_endpoint", "javascript:alert(1)", "no_document"],
    ["issuer", "https://another.invalid", "other_issuer"],
  ] as const)("whose discovery document gives as %s %s, before anything there is called", async (name, address, reason) => {
    forger.claimToHave({ [name]: address });
    expect(problemOf(await put(forger.issuer))).toEqual(refused(reason));
    expect(forger.calls()).toEqual(["/.well-known/openid-configuration"]);
  });

  test("that publishes no keys, or offers no code flow", async () => {
    forger.claimToHave({ jwks_uri: `${forger.issuer}/no-keys` });
    expect(problemOf(await put(forger.issuer))).toEqual(refused("no_keys"));
    forger.claimToHave({ response_types_supported: ["id_token"] });
    expect(problemOf(await put(forger.issuer))).toEqual(refused("no_code_flow"));
  });

  test(
    "on this machine, where the product has a public address",
    async () => {
      const published = await startTestApi(api.database, { env: { MOSAIC_PUBLIC_URL: "https://fleet.example.org" } });
      try {
        // The cookie of an https site has a name that no plain session of these tests has.
        const session = published.session();
        await session.expect(201, "POST", "/api/session", ADMIN);
        expect(problemOf(await put(forger.issuer, session))).toEqual(refused("loopback"));
      } finally {
        await published.close();
      }
    },
    SLOW_MS,
  );
});

describe("a token is refused", () => {
  async function signInWith(forgery: TokenForgery): Promise<Answer> {
    await putIntoEffect(api.database, forger, { joinRule: "everyone" });
    forger.forge(forgery);
    const window = new OidcBrowser(api.url);
    return await window.call("POST", "/api/oidc/callback", { parameters: forger.answer(await window.begin()) });
  }

  test("not when it is sound, so that the others mean something", async () => {
    expect((await signInWith({})).status).toBe(200);
  });

  test.each<[string, TokenForgery]>([
    ["without a signature", { alg: "none" }],
    ["signed with the client secret", { alg: "HS256" }],
    ["signed with a key of somebody else", { foreignKey: true }],
    ["for another client", { claims: { aud: "another-client" } }],
    ["of another issuer", { claims: { iss: "https://evil.test" } }],
    ["that has expired", { claims: { exp: 1_000_000 } }],
    ["with another nonce", { claims: { nonce: "replayed" } }],
    ["without a nonce", { claims: { nonce: undefined } }],
    ["without a subject", { claims: { sub: undefined } }],
    ["with a subject that cannot be stored", { claims: { sub: "nul\0" } }],
    ["with a subject longer than the standard allows", { claims: { sub: "x".repeat(256) } }],
  ])("%s", async (_name, forgery) => {
    const answer = await signInWith(forgery);
    expect(refusal(answer)).toEqual(oidcRejected("invalid"));
    expect(answer.headers.get("set-cookie")).toBeNull();
  });

  test("in part, where a name or a group cannot be stored: the rest of it counts", async () => {
    const claims = { sub: "odd-name", name: "nul\0", preferred_username: "Odd", groups: ["half \ud83d"] };
    const answer = await signInWith({ claims });
    expect([answer.status, answer.json.session?.user.name]).toEqual([200, "Odd"]);
  });

  test("as word for an address, when the word is the user info's and the address its own", async () => {
    forger.claimToHave({ userinfo_endpoint: `${forger.issuer}/me` });
    const userInfo = { sub: "two-tongues", email: "own@example.org", email_verified: true };
    const answer = await signInWith({ claims: { sub: "two-tongues", email: "victim@example.org" }, userInfo });
    expect([answer.status, forger.calls()]).toEqual([200, expect.arrayContaining(["/me"])]);
    expect(await api.database.asOwner("SELECT 1 FROM mosaic.users WHERE email LIKE '%@example.org'")).toEqual([]);
  });
});
