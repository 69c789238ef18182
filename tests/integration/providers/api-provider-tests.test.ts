// Connection tests and model discovery over HTTP, against real servers as providers: only they get the key.
import { randomUUID } from "node:crypto";
import { createModelDiscovery, createProviderTest } from "../../../adapters/llm/provider-test.ts";
import { upsertEngine } from "../../../db/containers/engines.ts";
import { ADMIN, addUser, setUpInstallation, startTestApi, type TestUser, useApi } from "../../support/core/api.ts";
import {
  ANTHROPIC,
  OPENAI,
  startProviderStub,
  TO_STUBS,
  type Answering,
  type ProviderStub,
} from "../../support/providers/provider-apis.ts";

const KEY = "sk-canary-of-the-lab-0123456789";
const IDS = ["gpt-5", "gpt-5-mini"];

const api = useApi({
  testProvider: createProviderTest(TO_STUBS),
  discoverModels: createModelDiscovery(TO_STUBS),
});
let ann: TestUser;
let bob: TestUser;
let stub: ProviderStub;
let answer: Answering;

beforeAll(async () => {
  const admin = await setUpInstallation(api);
  ann = await addUser(api, admin, "ann");
  bob = await addUser(api, admin, "bob");
});
beforeEach(async () => {
  answer = OPENAI.answers(KEY, IDS);
  stub = await startProviderStub((request) => answer(request));
});
afterEach(() => stub.close());

const baseUrl = (host = "models.test"): string => stub.origin.replace("127.0.0.1", host) + "/v1";
const values = (more: object = {}) => ({ type: "openai", baseUrl: baseUrl(), apiKey: KEY, ...more });

async function add(more: object = {}) {
  const body = { ...values(), name: `p-${randomUUID()}`, displayName: "Lab", models: ["gpt-5"], ...more };
  return await ann.session.expect(201, "POST", "/api/me/providers", body);
}
const lastTestOf = async (id: string) => (await ann.session.expect(200, "GET", `/api/me/providers/${id}`)).lastTest;

describe("values that are not saved", () => {
  test("are tested with their key, which comes back in nothing", async () => {
    const passed = await ann.session.expect(200, "POST", "/api/me/provider-tests", values({ models: ["gpt-5"] }));
    expect(passed).toMatchObject({ ok: true, reason: null, status: 200, models: IDS, unknownModels: [] });
    answer = () => OPENAI.wrongKey(KEY);
    const refused = await ann.session.expect(200, "POST", "/api/me/provider-tests", values());
    expect(refused).toMatchObject({ ok: false, failedStep: "key", reason: "key_refused", status: 401 });
    expect(JSON.stringify([passed, refused]) + api.logs()).not.toContain("canary");
  });

  test("return their models, with names and limits where the provider reports them", async () => {
    answer = ANTHROPIC.answers(KEY, { ids: ["claude-1", "claude-2", "claude-3"], pageSize: 2 });
    const body = { type: "anthropic", baseUrl: baseUrl().replace("/v1", ""), apiKey: KEY };
    const found = await ann.session.expect(200, "POST", "/api/me/provider-models", body);
    expect(found.isCut).toBe(false);
    expect(found.models).toHaveLength(3);
    expect(found.models[0]).toEqual({
      id: "claude-1",
      name: "CLAUDE-1",
      contextWindow: 200_000,
      maxTokens: 64_000,
      images: null,
      tools: null,
      reasoning: null,
    });
  });

  test("that fail give no models, but the reason", async () => {
    const failed = await ann.session.call("POST", "/api/me/provider-models", values({ apiKey: "sk-wrong" }));
    expect([failed.status, failed.json.error]).toMatchObject([
      422,
      { code: "PROVIDER_TEST_FAILED", details: { failedStep: "key", reason: "key_refused", status: 401 } },
    ]);
    const nowhere = await ann.session.call("POST", "/api/me/provider-models", values({ baseUrl: "http://unknown.example/v1" }));
    expect(nowhere.json.error.details).toMatchObject({ reason: "name_unknown", status: null });
  });

  test.each([
    "http://169.254.169.254/v1",
    "http://[::ffff:10.0.0.1]:8080/v1",
    "http://u:p@models.test/v1",
    "ftp://models.test",
  ])("that name %s are refused before anything is sent", async (address) => {
    for (const route of ["provider-tests", "provider-models"]) {
      const refused = await ann.session.call("POST", `/api/me/${route}`, values({ baseUrl: address }));
      const facts = refused.status === 422 ? refused.json.error : refused.json;
      expect(JSON.stringify(facts)).toMatch(/baseUrl|"address_/);
    }
    expect(stub.seen).toEqual([]);
  });
});

describe("the stored key", () => {
  test("is used for the saved provider when a form sends none, on its own server only", async () => {
    const { id } = await add();
    const { apiKey: _none, ...keyless } = values();
    for (const path of ["/", "", "/."]) {
      const edited = { ...keyless, baseUrl: baseUrl() + path, providerId: id };
      expect(await ann.session.expect(200, "POST", "/api/me/provider-tests", edited)).toMatchObject({ ok: true });
    }
    const seenBefore = stub.seen.length;
    const elsewhere = { ...keyless, baseUrl: baseUrl("thief.test"), providerId: id };
    for (const route of ["provider-tests", "provider-models"]) {
      const refused = await ann.session.call("POST", `/api/me/${route}`, elsewhere);
      expect([refused.status, refused.json.error.validations[0].path]).toEqual([422, "apiKey"]);
    }
    expect(stub.seen).toHaveLength(seenBefore);
  });

  test("stays out of a test that says there is none", async () => {
    const { id } = await add();
    const keyless = { ...values(), apiKey: null, providerId: id };
    expect(await ann.session.expect(200, "POST", "/api/me/provider-tests", keyless)).toMatchObject({ reason: "key_missing" });
    expect(stub.seen).toEqual([]);
  });

  test("of somebody else's provider cannot be used", async () => {
    const { id } = await add();
    const { apiKey: _none, ...keyless } = values();
    for (const route of ["provider-tests", "provider-models"]) {
      const foreign = await bob.session.call("POST", `/api/me/${route}`, { ...keyless, providerId: id });
      const absent = await bob.session.call("POST", `/api/me/${route}`, { ...keyless, providerId: randomUUID() });
      expect([foreign.status, foreign.json.error.message]).toEqual([404, absent.json.error.message]);
    }
    expect(stub.seen).toEqual([]);
  });
});

describe("the last test of a saved provider", () => {
  test("is remembered, and forgotten when the connection changes", async () => {
    const { id, lastTest } = await add();
    expect(lastTest).toBeNull();
    await ann.session.expect(200, "POST", `/api/me/providers/${id}/test`);
    expect(await lastTestOf(id)).toEqual({ at: expect.any(String), reason: null, status: 200 });

    answer = () => OPENAI.noQuota;
    await ann.session.expect(200, "POST", `/api/me/providers/${id}/test`);
    expect(await lastTestOf(id)).toMatchObject({ reason: "no_credit", status: 429 });
    await ann.session.expect(200, "PATCH", `/api/me/providers/${id}`, { displayName: "Renamed", baseUrl: baseUrl() });
    expect(await lastTestOf(id)).toMatchObject({ reason: "no_credit" });

    await ann.session.expect(200, "PATCH", `/api/me/providers/${id}`, { apiKey: KEY });
    expect(await lastTestOf(id)).toBeNull();
  });

  test("is that of the connection as it was tested, not as it was changed meanwhile", async () => {
    const { id } = await add();
    answer = async (request) => {
      await ann.session.expect(200, "PATCH", `/api/me/providers/${id}`, { apiKey: "sk-canary-new" });
      return OPENAI.answers(KEY, IDS)(request);
    };
    expect(await ann.session.expect(200, "POST", `/api/me/providers/${id}/test`)).toMatchObject({ ok: true });
    expect(await lastTestOf(id)).toBeNull();
  });

  test("restarts no agent", async () => {
    const { id } = await add();
    const before = await ann.session.expect(200, "GET", "/api/me/agent-config");
    await ann.session.expect(200, "POST", `/api/me/providers/${id}/test`);
    expect((await ann.session.expect(200, "GET", "/api/me/agent-config")).revision).toBe(before.revision);
  });
});

describe("the bridge's own address, where this machine listens for its containers,", () => {
  const OWN = "10.98.0.1";
  async function reasonAt(port: number, env: Record<string, string>): Promise<string> {
    const fleet = await api.database.openAs("fleet");
    const report = { name: "own", ok: true, detail: "", version: null, networkId: randomUUID() };
    await fleet.globally((tx) => upsertEngine(tx, { ...report, subnet: "10.98.0.0/24", gatewayAddress: OWN }));
    const composed = await startTestApi(api.database, { env });
    try {
      const member = composed.session();
      await member.expect(201, "POST", "/api/session", { username: "bob", password: "bob has a long secret" });
      const body = { type: "custom", baseUrl: `http://${OWN}:${port}/v1`, apiKey: KEY };
      return (await member.expect(200, "POST", "/api/me/provider-tests", body)).reason;
    } finally {
      await composed.close();
    }
  }

  test.each<[string, number, Record<string, string>]>([
    ["closed", 4001, {}],
    ["closed where another network was opened", 4001, { MOSAIC_PROVIDER_NETWORKS: "10.97.0.0/16" }],
    ["closed beside the demonstration's model", 4001, { MOSAIC_DEMO_MODEL_PORT: "4002" }],
  ])("is %s", async (_how, port, env) => {
    expect(await reasonAt(port, env)).toBe("address_private");
  });

  test.each<[string, number, Record<string, string>]>([
    ["an administrator opened it", 4001, { MOSAIC_PROVIDER_NETWORKS: `${OWN}/32` }],
    ["the demonstration's model listens", 4002, { MOSAIC_DEMO_MODEL_PORT: "4002" }],
  ])(
    "is called where %s",
    async (_how, port, env) => {
      // Nobody is there: that the call was tried is what counts.
      expect(await reasonAt(port, env)).not.toMatch(/^address_/);
    },
    180_000,
  );
});

test.each(["http://models.test/v1?x=", "http://models.test/v1?", "http://models.test/v1#", "http://models.test/v1#/a"])(
  "the address %s is refused, for what is put behind it would be no path",
  async (address) => {
    const tested = await ann.session.call("POST", "/api/me/provider-tests", values({ baseUrl: address }));
    const saved = await ann.session.call("POST", "/api/me/providers", {
      ...values({ baseUrl: address }),
      name: `p-${randomUUID()}`,
      displayName: "Lab",
    });
    for (const { status, json } of [tested, saved]) expect([status, json.error.validations[0].path]).toEqual([422, "baseUrl"]);
    expect(stub.seen).toEqual([]);
  },
);

test("the agents' own network is closed, whatever an administrator opens", async () => {
  const fleet = await api.database.openAs("fleet");
  const report = { name: "local", ok: true, detail: "", version: null, networkId: randomUUID() };
  await fleet.globally((tx) => upsertEngine(tx, { ...report, subnet: "10.99.0.0/24", gatewayAddress: "10.99.0.1" }));
  const open = await startTestApi(api.database, { env: { MOSAIC_PROVIDER_NETWORKS: "private" } });
  try {
    const admin = open.session();
    await admin.expect(201, "POST", "/api/session", ADMIN);
    const neighbour = { type: "custom", baseUrl: "http://10.99.0.7:18789/v1", apiKey: KEY };
    expect(await admin.expect(200, "POST", "/api/me/provider-tests", neighbour)).toMatchObject({ reason: "address_agents" });
  } finally {
    await open.close();
  }
});

test("values that were set for a model stay set, defaults too, if the provider is saved again as shown", async () => {
  const shown = await add({ models: [{ id: "gpt-4o", images: true, maxTokens: 2_048 }, "o3"] });
  expect(shown.models).toMatchObject([{ explicit: ["maxTokens", "images"], tools: true }, { explicit: [] }]);
  const models = shown.models.map((model: object) => ({ ...model, name: "Renamed" }));
  await ann.session.expect(200, "PATCH", `/api/me/providers/${shown.id}`, { models });
  const sql = "SELECT models FROM mosaic.llm_providers WHERE id = $1";
  const [row] = await api.database.asOwner<{ models: unknown }>(sql, [shown.id]);
  expect(row?.models).toEqual([
    { id: "gpt-4o", name: "Renamed", maxTokens: 2_048, images: true },
    { id: "o3", name: "Renamed" },
  ]);
});
