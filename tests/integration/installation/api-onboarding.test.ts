// First boot over real HTTP and Postgres: the claim and its race, the steps, and the end (O1–O5, B5).
import { SETUP_TOKEN_HEADER } from "../../../contracts/core/header-names.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import { ADMIN, SETUP_TOKEN, startTestApi, type TestApi, type TestApiOptions } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { aTestResult } from "../../support/providers/provider-test-results.ts";

const TOKEN = { [SETUP_TOKEN_HEADER]: SETUP_TOKEN };
const PROVIDER = { name: "lab", displayName: "Lab", type: "openai", apiKey: "sk-canary-provider-key", models: ["gpt-4o-mini"] };
const WORKS = aTestResult({ models: ["gpt-4o-mini"] });

const ascending = (a: number, b: number) => a - b;

let database: TestDatabase;
let api: TestApi;

async function start(options: TestApiOptions = {}): Promise<void> {
  api = await startTestApi(database, { testProvider: async () => WORKS, ...options });
}

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

test("of twenty claims at once one wins and the rest are told that it is done", async () => {
  await start();
  const claims = Array.from({ length: 20 }, (_, n) =>
    api.session().call("POST", "/api/onboarding/breakglass", { ...ADMIN, username: `root${n}` }, TOKEN),
  );
  const statuses = (await Promise.all(claims)).map(({ status }) => status).toSorted(ascending);
  expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  expect(await database.asOwner("SELECT 1 FROM mosaic.users")).toHaveLength(1);
}, 180_000);

test("two processes decide the race in the database", async () => {
  await start();
  const other = await startTestApi(database);
  try {
    const answers = await Promise.all(
      [api, other].map((one) => one.session().call("POST", "/api/onboarding/breakglass", ADMIN, TOKEN)),
    );
    expect(answers.map(({ status }) => status).toSorted(ascending)).toEqual([201, 409]);
  } finally {
    await other.close();
  }
}, 180_000);

test("a missing or wrong set-up token is refused, and after ten misses even the right one has to wait", async () => {
  await start();
  const claim = (token: string) =>
    api.session().call("POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: token });
  const missing = await api.session().call("POST", "/api/onboarding/breakglass", ADMIN);
  expect([missing.status, missing.json.error.code]).toEqual([403, "SETUP_TOKEN_INVALID"]);
  for (let miss = 2; miss <= 10; miss += 1) expect((await claim(`wrong-${miss}`)).status).toBe(403);
  const late = await claim(SETUP_TOKEN);
  expect(late.status).toBe(429);
  expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await database.asOwner("SELECT 1 FROM mosaic.users")).toHaveLength(0);
  expect(await database.asOwner("SELECT 1 FROM mosaic.audit_events WHERE outcome = 'denied'")).toHaveLength(10);
});

test("without a configured token nobody can claim, and the log says what to do", async () => {
  await start({ env: { MOSAIC_SETUP_TOKEN: "" } });
  const answer = await api.session().call("POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: "" });
  expect(answer.status).toBe(403);
  expect(api.logs()).toContain("MOSAIC_SETUP_TOKEN is not set");
});

test("until it is done only onboarding, sign-in and health answer; afterwards its writes answer 409", async () => {
  await start();
  const admin = api.session();
  for (const path of ["/healthz", "/openapi.json", "/metrics", "/api/onboarding/status"]) {
    expect([path, (await admin.call("GET", path)).status]).toEqual([path, 200]);
  }
  await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
  await admin.expect(200, "GET", "/api/session");
  const early = await admin.call("GET", "/api/me/agent-config");
  expect([early.status, early.json.error.code]).toEqual([503, "ONBOARDING_REQUIRED"]);

  await admin.expect(201, "POST", "/api/onboarding/provider", PROVIDER);
  expect(await admin.expect(200, "POST", "/api/onboarding/complete")).toEqual({ completed: true, adminCreated: true });
  await admin.expect(200, "GET", "/api/me/agent-config");
  for (const step of ["breakglass", "oidc", "provider", "agents", "complete"]) {
    const late = await admin.call("POST", `/api/onboarding/${step}`, {}, TOKEN);
    expect([step, late.status, late.json.error.code]).toEqual([step, 409, "ONBOARDING_DONE"]);
  }
});

test("the later steps need the admin's session", async () => {
  await start();
  await api.session().expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
  for (const step of ["oidc", "provider", "agents", "complete"]) {
    expect((await api.session().call("POST", `/api/onboarding/${step}`, {}, TOKEN)).status).toBe(401);
  }
});

test("a provider that tests well becomes the admin's default; its key is stored sealed and never answered", async () => {
  await start();
  const admin = api.session();
  await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
  const view = await admin.expect(201, "POST", "/api/onboarding/provider", PROVIDER);
  expect(view).toMatchObject({ name: "lab", hasApiKey: true, apiKeyLastFour: "-key" });
  expect(JSON.stringify(view)).not.toContain("canary");
  await admin.expect(200, "POST", "/api/onboarding/complete");
  expect(await admin.expect(200, "GET", "/api/me/agent-config")).toMatchObject({
    providerId: view.id,
    effectiveModel: "lab/gpt-4o-mini",
    warnings: [],
  });
  const [row] = await database.asOwner<{ sealed: string }>("SELECT api_key AS sealed FROM mosaic.llm_providers");
  expect(row?.sealed).toMatch(/^enc:v1:/);
  expect(api.logs()).not.toContain("canary");
});

test("a set-up without a model takes the provider's list; if the provider lists none, a model is required", async () => {
  let listed: readonly string[] = [];
  const own = { id: "our-own", name: "Our own", contextWindow: 32_768, maxTokens: null };
  const offered = [{ ...own, images: true, tools: false, reasoning: null }];
  await start({ testProvider: async () => aTestResult({ models: [...listed], offered }) });
  const admin = api.session();
  await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
  const modelless = { ...PROVIDER, models: [] };
  const refused = await admin.call("POST", "/api/onboarding/provider", modelless);
  expect([refused.status, refused.json.error.validations[0].path]).toEqual([422, "models"]);
  listed = ["text-embedding-3-small", "our-own", "gpt-5"];
  const { models } = await admin.expect(201, "POST", "/api/onboarding/provider", modelless);
  expect(models.map(({ id }: { id: string }) => id)).toEqual(["gpt-5", "our-own"]);
  // What the test was told is stored; the rest is looked up at each use.
  const [row] = await database.asOwner<{ models: unknown[] }>("SELECT models FROM mosaic.llm_providers");
  expect(row?.models).toEqual([
    { id: "gpt-5", name: "gpt-5" },
    { id: "our-own", name: "Our own", contextWindow: 32_768, images: true, tools: false },
  ]);
});

describe("the end is refused, and the set-up goes on,", () => {
  async function claim(): Promise<ApiSession> {
    await start();
    const admin = api.session();
    await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
    return admin;
  }

  async function expectRefusal(admin: ApiSession, details?: object): Promise<void> {
    const { status, json } = await admin.call("POST", "/api/onboarding/complete");
    expect([status, json.error.code]).toEqual([409, "PROVIDER_REQUIRED"]);
    expect(json.error.details).toEqual(details);
    expect((await admin.expect(200, "GET", "/api/onboarding/status")).completed).toBe(false);
  }

  test("without a provider: the message says what to do", async () => {
    const admin = await claim();
    await expectRefusal(admin);
    expect((await admin.call("POST", "/api/onboarding/complete")).json.error.message).toMatch(/^Connect a model provider/);
    // A system agent's provider is not the administrator's own.
    const agents = [{ name: "ops", displayName: "Operations", role: "operations", provider: PROVIDER }];
    await admin.expect(201, "POST", "/api/onboarding/agents", { agents });
    await expectRefusal(admin);
    await admin.expect(201, "POST", "/api/onboarding/provider", PROVIDER);
    await admin.expect(200, "POST", "/api/onboarding/complete");
  });

  test.each([
    ["one that is inactive", "is_active = false", undefined],
    ["one without a model", "models = '[]'", undefined],
    ["one whose address is no longer allowed", "base_url = 'http://192.168.7.7/v1'", { reason: "address_private" }],
  ])("with %s", async (_kind, change, details) => {
    const admin = await claim();
    await admin.expect(201, "POST", "/api/onboarding/provider", PROVIDER);
    await database.asOwner(`UPDATE mosaic.llm_providers SET ${change}`);
    await expectRefusal(admin, details);
  });
});

test("a provider that fails its test is not saved, and the answer says why", async () => {
  const refused = { ok: false, failedStep: "key", reason: "key_refused", status: 401 } as const;
  const failed = aTestResult({ ...refused, message: "The key is refused." });
  await start({ testProvider: async () => failed });
  const admin = api.session();
  await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
  const answer = await admin.call("POST", "/api/onboarding/provider", PROVIDER);
  expect(answer.status).toBe(422);
  expect(answer.json.error).toMatchObject({
    code: "PROVIDER_TEST_FAILED",
    message: failed.message,
    details: refused,
  });
  expect(await database.asOwner("SELECT 1 FROM mosaic.llm_providers")).toHaveLength(0);
});

describe("the identity provider", () => {
  const OIDC = { issuerUrl: "https://id.example.org", clientId: "mosaic", clientSecret: "canary-client-secret" };
  const document = {
    issuer: OIDC.issuerUrl,
    authorization_endpoint: "https://id.example.org/a",
    token_endpoint: "https://id.example.org/t",
    jwks_uri: "https://id.example.org/k",
  };
  const keys = { keys: [{ kty: "RSA" }] };
  const answering = (body: object): TestApiOptions => ({
    safeFetch: async (url) => {
      const text = JSON.stringify(url === document.jwks_uri ? keys : body);
      return { status: 200, contentType: "application/json", text };
    },
  });

  test("is stored with a sealed secret when its discovery document is its own, and waits for a test sign-in", async () => {
    await start(answering(document));
    const admin = api.session();
    await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
    await admin.expect(200, "POST", "/api/onboarding/oidc", OIDC);
    const rows = await database.asOwner<{ key: string; value: unknown; sealed: string | null }>(
      "SELECT key, value, sealed FROM mosaic.system_config WHERE key LIKE 'oidc.%' ORDER BY key",
    );
    expect(rows.map(({ key }) => key)).toEqual(["oidc.candidate", "oidc.candidateSecret", "oidc.revision"]);
    expect(rows[0]?.value).toMatchObject({ issuerUrl: OIDC.issuerUrl, clientId: OIDC.clientId, joinRule: "invited" });
    expect(rows[1]?.sealed).toMatch(/^enc:v1:/);
    expect(JSON.stringify(rows)).not.toContain("canary");
    expect((await admin.expect(200, "GET", "/api/sign-in-methods")).oidc).toBeNull();
  });

  test("is refused when the document names another issuer", async () => {
    await start(answering({ ...document, issuer: "https://evil.test" }));
    const admin = api.session();
    await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
    const answer = await admin.call("POST", "/api/onboarding/oidc", OIDC);
    expect([answer.status, answer.json.error.validations[0].path]).toEqual([422, "issuerUrl"]);
  });

  test("is refused when it cannot be reached", async () => {
    await start({
      safeFetch: async () => {
        throw new FleetError("PROVIDER_TEST_FAILED", "The name of the server is not known.", { details: { step: "dns" } });
      },
    });
    const admin = api.session();
    await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
    expect((await admin.call("POST", "/api/onboarding/oidc", OIDC)).status).toBe(422);
  });
});

test("a system agent gets its definition, its container's row, its provider and the request to run", async () => {
  await start();
  const admin = api.session();
  await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, TOKEN);
  const agents = [{ name: "ops", displayName: "Operations", role: "operations", provider: PROVIDER }];
  expect(await admin.expect(201, "POST", "/api/onboarding/agents", { agents })).toEqual({ tenants: ["system:ops"] });
  expect(await database.asOwner("SELECT tenant, kind FROM mosaic.agent_containers")).toEqual([
    { tenant: "system:ops", kind: "system" },
  ]);
  expect(await database.asOwner("SELECT tenant, name FROM mosaic.llm_providers")).toEqual([
    { tenant: "system:ops", name: "lab" },
  ]);
  const topics = await database.asOwner<{ topic: string }>("SELECT topic FROM mosaic.outbox WHERE tenant = 'system:ops'");
  expect(topics.map(({ topic }) => topic)).toContain("container.ensure-running");
  expect((await admin.call("POST", "/api/onboarding/agents", { agents })).status).toBe(409);
});
