// The fleet and the system agents over real HTTP and Postgres: what administrators see and ask for, and what they never see.
import { givenReason, plainReason } from "../../../contracts/containers/container-reasons.ts";
import type { ContainerPhase } from "../../../contracts/containers/agent-container.ts";
import { humanTenant, systemTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { appendEvent } from "../../../db/containers/container-events.ts";
import { ensureContainerRow, setPhase } from "../../../db/containers/containers.ts";
import { useAdmin, useApi, useUser } from "../../support/core/api.ts";

let worker: Database;
const api = useApi({ env: { MOSAIC_TEMPORAL_UI_URL: "http://temporal.example/ui" } });
const admin = useAdmin(api);
const ann = useUser(api, admin, "ann");
const bob = useUser(api, admin, "bob");
let adminId: string;
let annContainer: string;
let bobContainer: string;

const REASON = { reason: "New image." };
const NOWHERE = "00000000-0000-4000-8000-000000000000";

beforeAll(async () => {
  worker = await api.database.openAs("worker");
  adminId = (await admin.expect(200, "GET", "/api/session")).user.id;
  annContainer = await container(humanTenant(ann.id), "ready");
  bobContainer = await container(humanTenant(bob.id), "failed", ["the answer is a secret of bob"]);
});
afterEach(async () => {
  await api.database.asOwner("DELETE FROM mosaic.outbox");
});

async function container(tenant: Tenant, phase: ContainerPhase, lastLogLines: string[] = []): Promise<string> {
  return await worker.asTenant(tenant, async (tx) => {
    const { id } = await ensureContainerRow(tx);
    await setPhase(tx, { phase, reason: givenReason(`It is ${phase}.`), lastLogLines });
    await appendEvent(tx, { cause: "chat", actor: "somebody", reason: givenReason("First chat.") });
    return id;
  });
}

/** What is on record to be asked of a tenant's container, with the message that tells its workflow. */
async function asked(of: string): Promise<{ id: string; kind: string; by: string; reason: unknown; topic: string }[]> {
  return await api.database.asOwner(
    `SELECT i.id, i.kind, i.requested_by AS by, i.reason, o.topic FROM mosaic.container_intents i
       JOIN mosaic.outbox o ON o.payload = jsonb_build_object('topic', 'container.' || i.kind, 'intentId', i.id)
      WHERE i.tenant = $1 ORDER BY o.id`,
    [of],
  );
}

async function outbox(): Promise<{ tenant: string; payload: unknown }[]> {
  return await api.database.asOwner("SELECT tenant, payload FROM mosaic.outbox ORDER BY id");
}

describe("the fleet", () => {
  test("shows whose container it is, its state and why, failed ones first", async () => {
    const { containers, meta, counts } = await admin.expect(200, "GET", "/api/containers");
    expect(containers.map(({ ownerName }: { ownerName: string }) => ownerName)).toEqual(["bob", "ann"]);
    expect(containers[1]).toMatchObject({
      id: annContainer,
      tenant: `human:${ann.id}`,
      kind: "human",
      status: "running",
      phase: "ready",
      reason: givenReason("It is ready."),
      workflowId: `container/human:${ann.id}`,
      workflowUrl: `http://temporal.example/ui/namespaces/default/workflows/container%2Fhuman%3A${ann.id}`,
    });
    expect(meta).toEqual({ page: 1, limit: 50, total: 2, totalPages: 1 });
    expect(counts).toEqual({ stopped: 0, starting: 0, running: 1, error: 1 });
  });

  test.each([
    ["status=running", ["ann"]],
    ["status=stopped", []],
    ["search=AN", ["ann"]],
    ["kind=system", []],
    ["kind=human&limit=1&page=7", ["ann"]],
  ])("is filtered by %s", async (query, expected) => {
    const { containers } = await admin.expect(200, "GET", `/api/containers?${query}`);
    expect(containers.map(({ ownerName }: { ownerName: string }) => ownerName)).toEqual(expected);
  });

  test.each([
    ["sort=owner", ["ann", "bob"]],
    ["sort=owner&order=desc", ["bob", "ann"]],
    // Bob's was never on a host.
    ["sort=host&order=desc", ["ann", "bob"]],
    ["sort=host&order=asc", ["ann", "bob"]],
    ["sort=attention&order=desc", ["bob", "ann"]],
  ])("comes in the order of %s, what is not known last", async (query, expected) => {
    await api.database.asOwner("UPDATE mosaic.agent_containers SET host = 'fleet-7' WHERE id = $1", [annContainer]);
    const { containers } = await admin.expect(200, "GET", `/api/containers?${query}`);
    expect(containers.map(({ ownerName }: { ownerName: string }) => ownerName)).toEqual(expected);
    expect((await admin.expect(200, "GET", "/api/containers?search=FLEET-7")).meta.total).toBe(1);
    await admin.expect(422, "GET", "/api/containers?sort=reason");
  });

  test("says of one container when it falls asleep, and who requested what", async () => {
    await worker.asTenant(humanTenant(ann.id), (tx) =>
      appendEvent(tx, { cause: "restart_requested", actor: adminId, reason: givenReason("New image.") }),
    );
    const { lastActivityAt, sleepsAt, timeline, ...rest } = await admin.expect(200, "GET", `/api/containers/${annContainer}`);
    expect(Date.parse(sleepsAt) - Date.parse(lastActivityAt)).toBe(30 * 60_000);
    expect(rest).toMatchObject({ configRevision: 0, appliedRevision: null });
    const { name } = (await admin.expect(200, "GET", "/api/session")).user;
    expect(timeline.map(({ actor, actorName }: any) => [actor, actorName])).toEqual([
      [adminId, name],
      ["somebody", null],
    ]);
    expect((await admin.expect(200, "GET", `/api/containers/${bobContainer}`)).sleepsAt).toBeNull();
  });

  test("shows one container with its timeline, without what it printed", async () => {
    const answer = await admin.call("GET", `/api/containers/${bobContainer}`);
    expect(answer.json).toMatchObject({
      ownerName: "bob",
      status: "error",
      timeline: [{ cause: "chat", actor: "somebody", reason: givenReason("First chat.") }],
    });
    expect(answer.text).not.toContain("a secret of bob");
    await admin.expect(404, "GET", `/api/containers/${NOWHERE}`);
  });

  test.each(["restart", "stop"])("takes the request to %s, with who and why", async (action) => {
    await admin.expect(202, "POST", `/api/containers/${annContainer}/${action}`, REASON);
    expect(await asked(`human:${ann.id}`)).toEqual([
      { id: expect.any(String), kind: action, by: adminId, reason: givenReason("New image."), topic: `container.${action}` },
    ]);
    const audited = await admin.expect(200, "GET", `/api/audit-events?action=container.${action}`);
    expect(audited.events[0]).toMatchObject({ targetId: annContainer, detail: { tenant: `human:${ann.id}`, ...REASON } });
  });

  test("shows immediately, before anything is done, who requested a stop: to administrators and to the owner", async () => {
    const { name } = (await admin.expect(200, "GET", "/api/session")).user;
    await admin.expect(202, "POST", `/api/containers/${annContainer}/stop`, REASON);
    const newest = { cause: "stop_requested", actor: adminId, actorName: name, reason: givenReason("New image.") };
    const seen = [
      await admin.expect(200, "GET", `/api/containers/${annContainer}`),
      await ann.session.expect(200, "GET", "/api/me/agent"),
    ];
    for (const { phase, timeline } of seen) expect({ phase, newest: timeline[0] }).toMatchObject({ phase: "ready", newest });
  });

  test("asks for a reason, and knows what does not exist", async () => {
    await admin.expect(422, "POST", `/api/containers/${annContainer}/stop`, { reason: "x" });
    await admin.expect(404, "POST", `/api/containers/${NOWHERE}/stop`, REASON);
    expect(await outbox()).toEqual([]);
  });

  test("accepts one request for many, and names the unknown ones", async () => {
    const ids = [annContainer, NOWHERE, bobContainer, annContainer];
    const result = await admin.expect(202, "POST", "/api/containers/actions", { action: "restart", ids, ...REASON });
    expect({ ...result, accepted: result.accepted.toSorted() }).toEqual({
      accepted: [annContainer, bobContainer].toSorted(),
      unknown: [NOWHERE],
    });
    expect((await outbox()).map(({ tenant }) => tenant).toSorted()).toEqual([`human:${ann.id}`, `human:${bob.id}`].toSorted());
    const { meta } = await admin.expect(200, "GET", "/api/audit-events?action=container.bulk-action");
    expect(meta.total).toBe(3);
  });

  test("does not exist for members", async () => {
    const attempts: [string, string, unknown?][] = [
      ["GET", "/api/containers"],
      ["GET", `/api/containers/${bobContainer}`],
      ["POST", `/api/containers/${bobContainer}/stop`, REASON],
      ["POST", "/api/containers/actions", { action: "stop", ids: [bobContainer], ...REASON }],
      ["GET", "/api/system-agents"],
      ["POST", "/api/system-agents", { name: "mine", displayName: "Mine", role: "monitor" }],
      ["PATCH", "/api/system-agents/mine", { isEnabled: false }],
      ["DELETE", "/api/system-agents/mine", { confirm: "mine" }],
      ["GET", "/api/system-agents/mine/settings"],
      ["PATCH", "/api/system-agents/mine/settings", { personality: "Mine." }],
      ["GET", "/api/system-agents/mine/providers"],
    ];
    for (const [method, path, body] of attempts) await ann.session.expect(403, method, path, body);
    expect(await outbox()).toEqual([]);
  });

  test("opens nothing of a tenant to the api's own login but what its list shows", async () => {
    const db = await api.database.openAs("api");
    const asAdministrator = async (statement: string) =>
      await db.globally(async (tx) => {
        await tx.sql("SELECT set_config('mosaic.administrator', 'on', true)");
        return await tx.sql(statement);
      });
    expect(await asAdministrator("SELECT id FROM mosaic.agent_containers")).toHaveLength(2);
    for (const table of ["llm_providers", "user_agent_configs", "personal_api_keys"]) {
      expect(await asAdministrator(`SELECT * FROM mosaic.${table}`)).toEqual([]);
    }
    expect(await asAdministrator("SELECT last_log_lines, gateway_token FROM mosaic.container_secrets")).toEqual([]);
    expect(await asAdministrator("UPDATE mosaic.agent_containers SET config_revision = 7 RETURNING id")).toEqual([]);
    expect(await db.globally((tx) => tx.sql("SELECT id FROM mosaic.agent_containers"))).toEqual([]);
  });
});

describe("system agents", () => {
  const INPUT = {
    name: "night-watch",
    displayName: "Night watch",
    role: "monitor",
    provider: { type: "openai", name: "work", displayName: "Work", apiKey: "sk-night-watch-0123456789", models: ["gpt-5"] },
  } as const;
  const tenant = systemTenant(INPUT.name);
  const own = (table: string) => api.database.asOwner(`SELECT 1 FROM mosaic.${table} WHERE tenant = $1`, [tenant]);

  afterEach(async () => {
    await admin.call("DELETE", `/api/system-agents/${INPUT.name}`, { confirm: INPUT.name });
    await api.database.asOwner("DELETE FROM mosaic.agent_containers WHERE tenant = $1", [tenant]);
  });

  test("are created once, with a provider of their own and a request to run", async () => {
    const answer = await admin.call("POST", "/api/system-agents", INPUT);
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      ...{ name: "night-watch", tenant, displayName: "Night watch", role: "monitor", isEnabled: true },
      container: { kind: "system", ownerName: "Night watch", name: "mosaic-system-night-watch", phase: "never_started" },
    });
    expect(answer.text).not.toContain("sk-night-watch");
    expect((await outbox()).map(({ payload }) => payload)).toContainEqual({ topic: "container.ensure-running" });
    await admin.expect(409, "POST", "/api/system-agents", INPUT);
    const { systemAgents } = await admin.expect(200, "GET", "/api/system-agents");
    expect(systemAgents).toEqual([answer.json]);
  });

  test("are stopped when switched off, and started when switched on", async () => {
    await admin.expect(201, "POST", "/api/system-agents", INPUT);
    await api.database.asOwner("DELETE FROM mosaic.outbox");
    const path = `/api/system-agents/${INPUT.name}`;
    expect(await admin.expect(200, "PATCH", path, { isEnabled: false, role: "operations" })).toMatchObject({
      ...{ isEnabled: false, role: "operations", displayName: "Night watch" },
    });
    await admin.expect(200, "PATCH", path, { isEnabled: false });
    await admin.expect(200, "PATCH", path, { isEnabled: true });
    expect(await asked(tenant)).toMatchObject([{ kind: "stop", by: adminId, reason: plainReason("agent_disabled") }]);
    expect((await outbox()).map(({ payload }) => payload)).toMatchObject([
      { topic: "container.stop" },
      { topic: "container.ensure-running" },
    ]);
    await admin.expect(404, "PATCH", "/api/system-agents/nobody", { isEnabled: true });
  });

  test("have a model and a personality that administrators change, and no key to see", async () => {
    await admin.expect(201, "POST", "/api/system-agents", INPUT);
    await api.database.asOwner("DELETE FROM mosaic.outbox");
    const path = `/api/system-agents/${INPUT.name}/settings`;
    const before = await admin.call("GET", path);
    expect(before.json).toMatchObject({
      ...{ primaryModel: null, personality: "", effectiveModel: "work/gpt-5", models: ["work/gpt-5"] },
      providers: [{ displayName: "Work", type: "openai", isActive: true }],
    });
    expect(before.text).not.toMatch(/sk-night|6789/);
    const change = { primaryModel: "work/gpt-5", personality: "Watch the night." };
    const { revision } = await admin.expect(200, "PATCH", path, change);
    expect(await admin.expect(200, "GET", path)).toMatchObject({ ...change, revision });
    expect((await outbox()).map(({ payload }) => payload)).toEqual([{ topic: "container.config-changed", revision }]);
    const audited = await admin.expect(200, "GET", "/api/audit-events?action=system-agent.settings");
    expect(audited.events[0]).toMatchObject({
      targetId: tenant,
      detail: { fields: ["primaryModel", "personality"], revision },
    });
    await admin.expect(422, "PATCH", path, { idleTimeoutMin: 5 });
    await admin.expect(404, "GET", "/api/system-agents/nobody/settings");
    await admin.expect(404, "PATCH", "/api/system-agents/nobody/settings", change);
  });

  test("are removed with their provider, and asked to leave the engine with their volume", async () => {
    await admin.expect(201, "POST", "/api/system-agents", INPUT);
    await api.database.asOwner("DELETE FROM mosaic.outbox");
    for (const body of [undefined, { confirm: "another" }]) {
      await admin.expect(422, "DELETE", `/api/system-agents/${INPUT.name}`, body);
    }
    await admin.expect(204, "DELETE", `/api/system-agents/${INPUT.name}`, { confirm: INPUT.name });
    expect(await asked(tenant)).toMatchObject([{ kind: "retire", by: adminId, reason: plainReason("agent_removed") }]);
    expect(await own("llm_providers")).toEqual([]);
    expect((await admin.expect(200, "GET", "/api/system-agents")).systemAgents).toEqual([]);
    await admin.expect(404, "DELETE", `/api/system-agents/${INPUT.name}`, { confirm: INPUT.name });
  });
});
