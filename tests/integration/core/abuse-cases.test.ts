// Abuse cases that apply to every route, generated from the description: CSRF, audit; and equal work at sign-in.
import { createPasswordHasher, type PasswordHasher } from "../../../adapters/crypto/passwords.ts";
import { createRateLimits } from "../../../api/http/rate-limits.ts";
import { checkPassword } from "../../../api/sign-in/sign-in.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import { CSRF_HEADER } from "../../../contracts/core/header-names.ts";
import { parseDescription, routesOf, type DescribedRoute } from "../../support/core/api-description.ts";
import { ADMIN, addUser, startTestApi, type TestApi, useAdmin, useApi } from "../../support/core/api.ts";

const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const TIMEOUT_MS = 300_000;

/** Unsafe methods that leave no row in the audit log, and why. Reviewed by hand. */
const NOT_AUDITED: Readonly<Record<string, string>> = {
  ...because("A chat is private, and changes nothing of the installation.", [
    ...["chat", "createChatCompletion", "stopTurn", "openclawChat", "openclawChatUnderApi"],
  ]),
  ...because("It only asks a model provider.", [
    ...["discoverProviderModels", "testProvider", "testProviderValues"],
    ...["discoverSystemAgentProviderModels", "testSystemAgentProvider", "testSystemAgentProviderValues"],
  ]),
  ...because("It only asks the agent's gateway.", ["testOpenclawAgent"]),
  ...because("It only reads.", ["lookUpInvite"]),
  ...because("What comes of it is audited.", ["startIdentityLink", "startOidcSignIn", "startOidcTest"]),
  ...because("Every change is an event of the broker's own log; reads of payloads are audited by it.", [
    ...["acquireCredentialLease", "heartbeatCredentialLease", "releaseCredentialLease", "quarantineCredential"],
    ...["readCredentialPayloadChunk", "getCredentialPoolStatus", "addCredential", "enableCredential", "listCredentials"],
    ...["forceReleaseCredential", "removeCredential", "replaceCredentialPayload", "setCredentialKindLimits"],
  ]),
};

function because(reason: string, operations: readonly string[]): Record<string, string> {
  return Object.fromEntries(operations.map((operation) => [operation, reason]));
}

const api = useApi();
const admin = useAdmin(api);
let csrf: string;
let unsafe: readonly DescribedRoute[];

beforeAll(async () => {
  csrf = (await admin.expect(200, "GET", "/api/session")).csrfToken;
  const routes = routesOf(parseDescription(await admin.expect(200, "GET", "/openapi.json")));
  unsafe = routes.filter(({ method }) => method !== "GET");
}, TIMEOUT_MS);

/** By cookie; the broker's take none, and the set-up's are over. */
const byCookie = () =>
  unsafe.filter(
    ({ path, operation }) =>
      !path.startsWith("/api/onboarding/") && !operation.security.some((way) => way["brokerSecret"] !== undefined),
  );
const takesAnybody = ({ operation }: DescribedRoute): boolean => operation.security.length === 0;

async function expectRejected({ method, path }: DescribedRoute, headers: Record<string, string>): Promise<void> {
  const response = await fetch(api.url + path.replaceAll(/\{[^}]+\}/g, UNKNOWN_ID), {
    method,
    headers: { cookie: admin.cookie, "content-type": "application/json", ...headers },
    body: "{}",
  });
  const answer: any = await response.json();
  // Of OpenAI clients' errors the type tells.
  const code = answer.error?.type === "permission_error" ? "CSRF_REJECTED" : answer.error?.code;
  expect([method, path, headers, response.status, code]).toEqual([method, path, headers, 403, "CSRF_REJECTED"]);
}

describe("AC14: every state-changing route refuses a call by cookie", () => {
  const origins: [string, () => Record<string, string>][] = [
    ["of another site", () => ({ "sec-fetch-site": "cross-site" })],
    ["of another host of the same site", () => ({ "sec-fetch-site": "same-site" })],
    ["typed into the address bar", () => ({ "sec-fetch-site": "none" })],
    ["of an origin that hides itself", () => ({ origin: "null" })],
    ["of an origin that begins like ours", () => ({ origin: `${api.url}.evil.test` })],
    ["of our host on another port", () => ({ origin: "http://127.0.0.1:1" })],
  ];
  test.each(origins)(
    "%s, with the right token",
    async (_what, headers) => {
      expect(byCookie().length).toBeGreaterThan(50);
      for (const operation of byCookie()) await expectRejected(operation, { [CSRF_HEADER]: csrf, ...headers() });
    },
    TIMEOUT_MS,
  );

  const tokens: [string, () => Record<string, string>][] = [
    ["without a token", () => ({})],
    ["with an empty token", () => ({ [CSRF_HEADER]: "" })],
    [
      "with a token that is one bit off",
      () => ({ [CSRF_HEADER]: `${csrf.slice(0, -2)}${csrf.at(-2) === "A" ? "B" : "A"}${csrf.at(-1)}` }),
    ],
  ];
  test.each(tokens)(
    "%s, though it comes from our own page",
    async (_what, headers) => {
      const routes = byCookie().filter((operation) => !takesAnybody(operation));
      expect(routes.length).toBeGreaterThan(50);
      for (const operation of routes)
        await expectRejected(operation, { origin: api.url, "sec-fetch-site": "same-origin", ...headers() });
    },
    TIMEOUT_MS,
  );

  test(
    "with the token of another session",
    async () => {
      const other = await addUser(api, admin, "other");
      const { csrfToken } = await other.session.expect(200, "GET", "/api/session");
      const routes = byCookie().filter((operation) => !takesAnybody(operation));
      for (const operation of routes) await expectRejected(operation, { [CSRF_HEADER]: csrfToken });
    },
    TIMEOUT_MS,
  );
});

describe("AC12: a sign-in that fails", () => {
  /** Counts the hashes that were worked out. */
  function counting(passwords: PasswordHasher): PasswordHasher & { readonly verified: unknown[] } {
    const verified: unknown[] = [];
    return {
      ...passwords,
      verified,
      async verify(password, stored) {
        verified.push(stored);
        return await passwords.verify(password, stored);
      },
    };
  }

  test("costs one password hash, whether the name is known, unknown or deactivated, and says the same", async () => {
    const db = await api.database.openAs("api");
    await addUser(api, admin, "known");
    const gone = await addUser(api, admin, "gone");
    await api.database.asOwner("UPDATE mosaic.users SET deactivated_at = mosaic.now() WHERE id = $1", [gone.id]);
    const passwords = counting(createPasswordHasher(db.keyring));
    const deps = { db, passwords, limits: createRateLimits() };
    const said: string[] = [];
    for (const [username, password] of [
      ["known", "not the right one"],
      ["nobody-of-that-name", "not the right one"],
      ["gone", "gone has a long secret"],
    ] as const) {
      const before = passwords.verified.length;
      const refusal = await checkPassword(deps, { username, password, remoteAddress: "192.0.2.1" }).catch(
        (error: Error) => error,
      );
      expect(refusal).toBeInstanceOf(FleetError);
      said.push(JSON.stringify([refusal, refusal instanceof Error ? refusal.message : ""]));
      expect([username, passwords.verified.length - before]).toEqual([username, 1]);
    }
    expect(new Set(said).size).toBe(1);
  });

  describe("from one address", () => {
    let behindProxy: TestApi;
    beforeAll(async () => {
      // The limits of the product but the one per address, which would end the guessing sooner.
      const limits = createRateLimits({ signIn: 100_000 });
      behindProxy = await startTestApi(api.database, { limits, env: { MOSAIC_TRUSTED_PROXIES: "127.0.0.1" } });
    });
    afterAll(async () => {
      await behindProxy.close();
    });
    beforeEach(() => api.database.stopClock());
    afterEach(() => api.database.setClockOffset(0));
    const signIn = async (from: string, username: string, password: string): Promise<number> =>
      (await behindProxy.session().call("POST", "/api/session", { username, password }, { "x-forwarded-for": from })).status;

    test(
      "gets five guesses however many come at once, and keeps nobody out at another address, also not the breakglass account",
      async () => {
        const guesses = Array.from({ length: 60 }, () => signIn("198.51.100.7", ADMIN.username, "a wrong guess"));
        const statuses = await Promise.all(guesses);
        expect(statuses.filter((status) => status === 401)).toHaveLength(5);
        expect(statuses.filter((status) => status === 429)).toHaveLength(55);
        expect(await signIn("203.0.113.9", ADMIN.username, ADMIN.password)).toBe(201);
        expect(await signIn("203.0.113.9", ADMIN.username, ADMIN.password)).toBe(201);
      },
      TIMEOUT_MS,
    );

    test.each([
      ["written as IPv6", "198.51.100.20", "::ffff:198.51.100.20", "198.51.100.21"],
      ["with another end in the same /64", "2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1"],
    ])("%s it is the same", async (how, first, alias, other) => {
      const username = `nobody ${how}`;
      for (let miss = 1; miss <= 12; miss += 1) await signIn(first, username, "a wrong guess");
      expect(await signIn(alias, username, "a wrong guess")).toBe(429);
      expect(await signIn(other, username, "a wrong guess")).toBe(401);
    });
  });

  test("does not keep somebody who is signed in from changing the password", async () => {
    const limited = await startTestApi(api.database, {
      limits: createRateLimits({ signIn: 100_000, signInName: 1 }),
      env: { MOSAIC_TRUSTED_PROXIES: "127.0.0.1" },
    });
    try {
      const { session } = await addUser(api, admin, "pestered");
      const guess = { username: "pestered", password: "a wrong guess" };
      for (const from of ["198.51.100.31", "198.51.100.32"])
        await limited.session().call("POST", "/api/session", guess, { "x-forwarded-for": from });
      const change = { currentPassword: "pestered has a long secret", newPassword: "an even longer secret" };
      const { csrfToken } = await session.expect(200, "GET", "/api/session");
      const answer = await fetch(`${limited.url}/api/me/password`, {
        method: "POST",
        headers: { cookie: session.cookie, "content-type": "application/json", [CSRF_HEADER]: csrfToken },
        body: JSON.stringify(change),
      });
      expect(answer.status).toBe(204);
    } finally {
      await limited.close();
    }
  });
});

test("A8: every state-changing route says what it audits, or is on the list of those that need not", () => {
  const silent = unsafe.filter(({ operation }) => operation["x-audit"] === undefined);
  const names = silent.map(({ operation }) => operation.operationId);
  expect(names.toSorted()).toEqual(Object.keys(NOT_AUDITED).toSorted());
});
