// One rule on providers' addresses: the test, saving, and what an agent is handed say the same, whatever opens or closes a network.
import { randomUUID } from "node:crypto";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { claimStart, ensureContainerRow } from "../../../db/containers/containers.ts";
import {
  ADMIN,
  addUser,
  bindInternalListener,
  SETUP_TOKEN,
  setUpInstallation,
  startTestApi,
  type TestApi,
  type TestUser,
} from "../../support/core/api.ts";
import { SETUP_TOKEN_HEADER } from "../../../contracts/core/header-names.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { aTestResult } from "../../support/providers/provider-test-results.ts";

/** What a name resolves to here; every other one is unknown. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  "inside.example.org": ["8.8.8.8", "10.20.0.7"],
  "outside.example.org": ["8.8.8.8"],
};
const resolveName = async (name: string) => {
  const found = NAMES[name];
  if (found === undefined) throw Object.assign(new Error("unknown"), { code: "ENOTFOUND" });
  return found;
};
const OPENED = { MOSAIC_PROVIDER_NETWORKS: "10.20.0.0/16,fd12::/16" };

let database: TestDatabase;
let closed: TestApi;
let admin: ApiSession;
let ann: TestUser;

beforeAll(async () => {
  database = await createTestDatabase();
  closed = await startTestApi(database, { resolveName });
  admin = await setUpInstallation(closed);
  ann = await addUser(closed, admin, "ann");
  await admin.expect(201, "POST", "/api/system-agents", { name: "ops", displayName: "Operations", role: "operations" });
});
afterAll(async () => {
  await closed.close();
  await database.drop();
});

const input = (baseUrl: string) => ({
  ...{ name: `p-${randomUUID()}`, displayName: "Lab", type: "custom", models: ["m-1"] },
  ...{ apiKey: "sk-canary-0123456789", baseUrl },
});

const PRIVATE = [
  "http://10.20.0.7:8000/v1",
  "http://169083911:8000/v1",
  "http://0x0a.0x14.0.7/v1",
  "http://012.024.0.7/v1",
  "http://10.20.7/v1",
  "http://10.20.0.7./v1",
  "http://[::ffff:10.20.0.7]/v1",
  "http://[::ffff:a14:7]:8000/v1",
  "https://[fd12::1]/v1",
  "http://１０.20.0.7/v1",
];

test.each(PRIVATE)("a test of the private address %s says so", async (baseUrl) => {
  const tested = await ann.session.expect(200, "POST", "/api/me/provider-tests", { type: "custom", baseUrl, apiKey: null });
  expect(tested).toMatchObject({ ok: false, failedStep: "address", reason: "address_private" });
});

describe.each([...PRIVATE, "http://inside.example.org/v1"])("the private address %s", (baseUrl) => {
  test("is refused by saving alike, at every door", async () => {
    const own = await ann.session.expect(201, "POST", "/api/me/providers", input("https://models.example.org/v1"));
    const ops = await admin.expect(201, "POST", "/api/system-agents/ops/providers", input("https://models.example.org/v1"));
    const provider = input(baseUrl);
    const agent = { name: `a-${randomUUID().slice(0, 8)}`, displayName: "A", role: "monitor", provider };
    const apiKey = "sk-canary-again-0123";
    const doors = [
      await ann.session.call("POST", "/api/me/providers", provider),
      await ann.session.call("PATCH", `/api/me/providers/${own.id}`, { baseUrl, apiKey }),
      await admin.call("POST", "/api/system-agents/ops/providers", provider),
      await admin.call("PATCH", `/api/system-agents/ops/providers/${ops.id}`, { baseUrl, apiKey }),
      await admin.call("POST", "/api/system-agents", agent),
    ];
    for (const { status, json } of doors) {
      expect([status, json.error.validations?.[0].path, json.error.details?.reason]).toEqual([
        422,
        "baseUrl",
        "address_private",
      ]);
    }
    expect((await ann.session.expect(200, "GET", `/api/me/providers/${own.id}`)).baseUrl).toContain("models.");
  });
});

test.each([
  ["http://127.1/v1", "address_loopback"],
  ["http://localhost./v1", "address_loopback"],
  ["http://models.localhost/v1", "address_loopback"],
  ["http://metadata.google.internal./v1", "address_metadata"],
  ["http://[::ffff:a9fe:a9fe]/v1", "address_metadata"],
  ["http://100.64.0.1/v1", "address_not_public"],
  ["http://198.51.99.1:25/v1", "port_refused"],
  ["http://10.20.0.7@198.51.99.1/v1", "address_invalid"],
])("%s is refused as %s", async (baseUrl, reason) => {
  const { status, json } = await ann.session.call("POST", "/api/me/providers", input(baseUrl));
  expect([status, json.error.details.reason]).toEqual([422, reason]);
});

test.each(["http://outside.example.org/v1", "http://nobody-knows-it-yet.example.org/v1"])(
  "a name that means no inside address is saved: %s",
  async (baseUrl) => {
    expect(await ann.session.expect(201, "POST", "/api/me/providers", input(baseUrl))).toMatchObject({ refusal: null });
  },
);

test("the set-up refuses it too, before it is saved", async () => {
  const fresh = await createTestDatabase();
  const api = await startTestApi(fresh, { resolveName, testProvider: async () => aTestResult() });
  try {
    const first = api.session();
    await first.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: SETUP_TOKEN });
    const provider = input("http://10.20.0.7/v1");
    const agents = [{ name: "ops", displayName: "Operations", role: "operations", provider }];
    const answers = [
      await first.call("POST", "/api/onboarding/provider", provider),
      await first.call("POST", "/api/onboarding/agents", { agents }),
    ];
    for (const { status, json } of answers) expect([status, json.error.details?.reason]).toEqual([422, "address_private"]);
  } finally {
    await api.close();
    await fresh.drop();
  }
});

describe("what the administrator's list opens", () => {
  /** What a container of this tenant is handed now. */
  async function handedTo(user: TestUser, api: TestApi): Promise<any> {
    const internal = await bindInternalListener(database, api);
    const worker = await database.openAs("worker");
    const { containerId, agentToken } = await worker.asTenant(humanTenant(user.id), async (tx) => {
      await ensureContainerRow(tx);
      return await claimStart(tx, { startId: randomUUID() });
    });
    const headers = { authorization: `Bearer ${agentToken.reveal()}` };
    return await (await fetch(`${internal}/api/internal/agent-config/${containerId}`, { headers })).json();
  }

  test("is tested, saved and handed out; closed again, it is left out at the next start, and the owner sees why", async () => {
    const bob = await addUser(closed, admin, "bob");
    const signIn = { username: "bob", password: "bob has a long secret" };
    const open = await startTestApi(database, { resolveName, env: OPENED });
    try {
      const session = open.session();
      await session.expect(201, "POST", "/api/session", signIn);
      const inside = { ...input("http://10.20.0.7:8099/v1"), name: "inside" };
      const tried = await session.expect(200, "POST", "/api/me/provider-tests", { type: "custom", baseUrl: inside.baseUrl });
      expect(tried.reason).not.toMatch(/^address_/);
      expect(await session.expect(201, "POST", "/api/me/providers", inside)).toMatchObject({ refusal: null });
      await session.expect(201, "POST", "/api/me/providers", { ...input("http://inside.example.org/v1"), name: "by-name" });
      expect(Object.keys((await handedTo(bob, open)).models.providers).toSorted()).toEqual(["mosaic-by-name", "mosaic-inside"]);
    } finally {
      await open.close();
    }
    expect(Object.keys((await handedTo(bob, closed)).models.providers)).toEqual(["mosaic-by-name"]);
    const { providers } = await bob.session.expect(200, "GET", "/api/me/providers");
    expect(providers.map(({ name, refusal }: any) => [name, refusal])).toEqual([
      ["inside", "address_private"],
      ["by-name", null],
    ]);
    const config = await bob.session.expect(200, "GET", "/api/me/agent-config");
    expect(config.effectiveModel).toBe("by-name/m-1");
    // A test of what is stored says the same.
    expect(await bob.session.expect(200, "POST", `/api/me/providers/${providers[0].id}/test`)).toMatchObject({
      ...{ ok: false, reason: "address_private" },
    });
  }, 240_000);

  test("and nothing else: without another provider, a chat says so before any agent is started", async () => {
    const eve = await addUser(closed, admin, "eve");
    const open = await startTestApi(database, { resolveName, env: { MOSAIC_PROVIDER_NETWORKS: "private" } });
    const session = open.session();
    await session.expect(201, "POST", "/api/session", { username: "eve", password: "eve has a long secret" });
    await session.expect(201, "POST", "/api/me/providers", input("http://192.168.7.7/v1"));
    await open.close();
    const { apiKey } = await eve.session.expect(201, "POST", "/api/me/keys", { name: "chat", scopes: ["chat:send"] });
    const answer = await fetch(`${closed.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "openclaw", messages: [{ role: "user", content: "hi" }] }),
    });
    expect([answer.status, JSON.stringify(await answer.json())]).toEqual([409, expect.stringContaining("not allowed")]);
  }, 240_000);
});
