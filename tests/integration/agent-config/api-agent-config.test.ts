// The internal listener: a container fetches its configuration, and nobody else can.
import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { SETUP_TOKEN_HEADER } from "../../../contracts/core/header-names.ts";
import { humanTenant, systemTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { claimStart, ensureContainerRow, recordStarted, recordStopped } from "../../../db/containers/containers.ts";
import { createRateLimits } from "../../../api/http/rate-limits.ts";
import {
  ADMIN,
  SETUP_TOKEN,
  addUser,
  bindInternalListener,
  completeSetUp,
  startTestApi,
  type TestApi,
  type TestUser,
} from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const PROVIDER = { name: "lab", displayName: "Lab", type: "openai", apiKey: "sk-canary-0123456789", models: ["gpt-4o-mini"] };
const PATH = "/api/internal/agent-config";

let database: TestDatabase;
let api: TestApi;
let worker: Database;
let internal: string;
let admin: ApiSession;
let ann: TestUser;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database);
  worker = await database.openAs("worker");
  internal = await bindInternalListener(database, api);
  admin = api.session();
  const { user } = await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: SETUP_TOKEN });
  const agents = [{ name: "ops", displayName: "Operations", role: "operations" }];
  await admin.expect(201, "POST", "/api/onboarding/agents", { agents });
  await completeSetUp(database, admin, user.id);
  ann = await addUser(api, admin, "ann");
  await ann.session.expect(201, "POST", "/api/me/providers", PROVIDER);
  await ann.session.expect(200, "PATCH", "/api/me/agent-config", { personality: "Be brief." });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

interface Start {
  readonly id: string;
  readonly token: string;
  readonly gatewayToken: string;
}

async function start(tenant: Tenant, address: string | null = null): Promise<Start> {
  return await worker.asTenant(tenant, async (tx) => {
    await ensureContainerRow(tx);
    const startId = randomUUID();
    const claimed = await claimStart(tx, { startId });
    if (address !== null) await recordStarted(tx, { startId, host: "test", image: "agent", engineContainerId: "c1", address });
    return { id: claimed.containerId, token: claimed.agentToken.reveal(), gatewayToken: claimed.gatewayToken.reveal() };
  });
}

async function get(path: string, token: string | null, headers: Record<string, string> = {}) {
  const response = await fetch(internal + path, {
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
  });
  const body: any = await response.json();
  return { status: response.status, body };
}

const fetched = async (id: string) =>
  await database.asOwner<{ revision: number | null }>(
    "SELECT fetched_revision::int AS revision FROM mosaic.agent_containers WHERE id = $1",
    [id],
  );

test("a container gets its own configuration with its owner's keys, under both paths", async () => {
  const { id, token } = await start(humanTenant(ann.id));
  const plain = await get(`${PATH}/${id}`, token);
  expect(plain.status).toBe(200);
  expect(plain.body.models.providers["mosaic-lab"].apiKey).toBe(PROVIDER.apiKey);
  expect(plain.body.agents.defaults.model.primary).toBe("mosaic-lab/gpt-4o-mini");
  expect(await get(`${PATH}/user/${id}`, token)).toEqual(plain);
  expect((await get(`${PATH}/system/${id}`, token)).status).toBe(403);
  expect(api.logs()).not.toContain("canary");
});

test("its files hold the personality, its variables the gateway's token of this start", async () => {
  const { id, token, gatewayToken } = await start(humanTenant(ann.id));
  const { status, body } = await get(`${PATH}/${id}/files`, token);
  expect(status).toBe(200);
  expect(body.files["SOUL.md"].content).toContain("Be brief.");
  expect(body.variables).toMatchObject({ OPENCLAW_GATEWAY_TOKEN: gatewayToken, OPENCLAW_DISABLE_BONJOUR: "1" });
});

test("system and agent containers are served too", async () => {
  const ops = await start(systemTenant("ops"));
  const { status, body } = await get(`${PATH}/system/${ops.id}`, ops.token);
  expect([status, body.agents.entries.main.name]).toEqual([200, "Operations"]);
  const agentTenant = `agent:${randomUUID()}` as Tenant;
  const agent = await start(agentTenant);
  expect((await get(`${PATH}/agent/${agent.id}`, agent.token)).status).toBe(200);
});

test("what was fetched first is noted, so that a change between the two calls still causes a restart", async () => {
  const { id, token } = await start(humanTenant(ann.id));
  await get(`${PATH}/${id}`, token);
  const [before] = await fetched(id);
  await ann.session.expect(200, "PATCH", "/api/me/agent-config", { fallbackModels: [] });
  const files = await get(`${PATH}/${id}/files`, token);
  expect(files.body.revision).toBe((before?.revision ?? 0) + 1);
  expect(await fetched(id)).toEqual([before]);
});

test("no token, a wrong one and one bit off answer 401", async () => {
  const { id, token } = await start(humanTenant(ann.id));
  const off = `${token.slice(0, -1)}${token.endsWith("a") ? "b" : "a"}`;
  for (const wrong of [null, "mct_x", off]) expect((await get(`${PATH}/${id}`, wrong)).status).toBe(401);
});

test("any id but its own answers 403, whether it exists or not", async () => {
  const bob = await addUser(api, admin, "bob");
  const mine = await start(humanTenant(ann.id));
  const theirs = await start(humanTenant(bob.id));
  for (const other of [theirs.id, randomUUID(), "nonsense"]) {
    for (const path of [`${PATH}/${other}`, `${PATH}/user/${other}`, `${PATH}/${other}/files`]) {
      expect([path, (await get(path, mine.token)).status]).toEqual([path, 403]);
    }
  }
});

test("its own id answers 404 when it was retired", async () => {
  const gone = await addUser(api, admin, "gone");
  const { id, token } = await start(humanTenant(gone.id));
  await database.asOwner("UPDATE mosaic.agent_containers SET retired_at = mosaic.now() WHERE id = $1", [id]);
  expect((await get(`${PATH}/${id}`, token)).status).toBe(404);
});

test("a token is void with the stop and with the next start", async () => {
  const user = await addUser(api, admin, "restarts");
  const tenant = humanTenant(user.id);
  const first = await start(tenant);
  const second = await start(tenant);
  expect((await get(`${PATH}/${first.id}`, first.token)).status).toBe(401);
  await worker.asTenant(tenant, (tx) => recordStopped(tx, { phase: "asleep", reason: null }));
  expect((await get(`${PATH}/${second.id}`, second.token)).status).toBe(401);
});

test("once the container's address is known, the token is of no use from another one", async () => {
  const user = await addUser(api, admin, "addressed");
  const elsewhere = await start(humanTenant(user.id), "127.0.0.99");
  expect((await get(`${PATH}/${elsewhere.id}`, elsewhere.token)).status).toBe(403);
  const here = await start(humanTenant(user.id), "127.0.0.1");
  expect((await get(`${PATH}/${here.id}`, here.token)).status).toBe(200);
});

test("a container's token opens nothing on the public listener, and a person's key nothing on the internal one", async () => {
  const { id, token } = await start(humanTenant(ann.id));
  for (const path of ["/api/me/providers", "/v1/models", "/api/users"]) {
    expect((await api.session().call("GET", path, undefined, { authorization: `Bearer ${token}` })).status).toBe(401);
  }
  const { apiKey } = await ann.session.expect(201, "POST", "/api/me/keys", { name: "k" });
  expect((await get(`${PATH}/${id}`, apiKey)).status).toBe(401);
  expect((await api.session().call("GET", `${PATH}/${id}`, undefined, { authorization: `Bearer ${token}` })).status).toBe(404);
});

test("the internal listener has no other route, and refuses browsers and foreign host names", async () => {
  const { id, token } = await start(humanTenant(ann.id));
  expect((await get("/healthz", null)).status).toBe(200);
  for (const path of ["/", "/api/users", "/admin", "/metrics", "/readyz", "/api/session", "/v1/models"]) {
    expect([path, (await get(path, token)).status]).toEqual([path, 404]);
  }
  expect((await get(`${PATH}/${id}`, token, { origin: "http://evil.test" })).status).toBe(403);
  expect((await get(`${PATH}/${id}`, token, { cookie: "a=b" })).status).toBe(403);
  expect(await statusWithHost("evil.test", id, token)).toBe(403);
});

/** fetch does not let one choose the host name. */
async function statusWithHost(host: string, id: string, token: string): Promise<number | undefined> {
  const { hostname, port } = new URL(internal);
  return await new Promise((resolve, reject) => {
    const call = request(
      { hostname, port, path: `${PATH}/${id}`, headers: { host, authorization: `Bearer ${token}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    call.on("error", reject);
    call.end();
  });
}

test("a container that asks too often is told to wait", async () => {
  const other = await startTestApi(database, { limits: createRateLimits({ container: 2 }) });
  const { id, token } = await start(humanTenant(ann.id));
  try {
    const url = `http://${await waitFor(() => other.internalAddress(), { timeoutMs: 60_000, what: "bound" })}${PATH}/${id}`;
    const statuses: number[] = [];
    for (let call = 0; call < 3; call += 1)
      statuses.push((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status);
    expect(statuses).toEqual([200, 200, 429]);
  } finally {
    await other.close();
  }
});

test("if the bridge is created again with another address, the listener follows it", async () => {
  const before = internal;
  internal = await bindInternalListener(database, api, "127.0.0.7");
  expect((await get("/healthz", null)).status).toBe(200);
  await expect(fetch(`${before}/healthz`)).rejects.toThrow("fetch failed");
});

test("while the bridge's address does not exist the process is degraded, and says what is missing", async () => {
  const missing = "192.0.2.1";
  await database.asOwner("UPDATE mosaic.engines SET gateway_address = $1, last_seen = mosaic.now()", [missing]);
  await database.asOwner("SELECT pg_notify('mosaic_engine_changed', '')");
  await waitFor(() => api.internalAddress() === null, { timeoutMs: 60_000, what: "the listener is unbound" });
  const ready = await api.session().call("GET", "/readyz");
  expect([ready.status, ready.json.parts.docker]).toEqual([
    200,
    { status: "degraded", detail: "Agents cannot fetch their configuration: their network does not exist yet." },
  ]);
  internal = await bindInternalListener(database, api, "127.0.0.8");
  expect((await get("/healthz", null)).status).toBe(200);
}, 180_000);
