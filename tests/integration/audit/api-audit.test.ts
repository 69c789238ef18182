// The audit log over real HTTP and Postgres: filters, pages, the export, and administrators only.
import { useAdmin, useApi, useUser } from "../../support/core/api.ts";

const api = useApi();
const admin = useAdmin(api);
const member = useUser(api, admin, "mia");

/** Ten to each noun, a second apart, all in 2025. */
const INSERT_OLD = `INSERT INTO mosaic.audit_events
    (id, occurred_at, actor_kind, actor_id, actor_name, action, target_kind, target_id, outcome, remote_address, request_id)
  SELECT gen_random_uuid(), timestamptz '2025-06-01T00:00:00Z' + n * interval '1 second', 'human', 'actor-' || n % 2, 'Old hand',
         CASE WHEN n % 3 = 0 THEN 'old-thing.add' WHEN n % 3 = 1 THEN 'old-thing.remove' ELSE 'older_thing.look' END,
         'thing', 'target-' || n, CASE WHEN n % 10 = 0 THEN 'denied' ELSE 'success' END, '192.0.2.1', 'r' || n
    FROM generate_series(1, $1) n`;
const OLD = 2_345;
const IN_2025 = "from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z";

beforeAll(async () => {
  await api.database.asOwner(INSERT_OLD, [OLD]);
});

const list = async (query: string): Promise<any> => await admin.expect(200, "GET", `/api/audit-events?${query}`);
const total = async (query: string): Promise<number> => (await list(query)).meta.total;

test("an action shows who, what, target, from where and with which outcome", async () => {
  const { events } = await list(`action=user.create&targetId=${member.id}`);
  expect(events).toEqual([
    expect.objectContaining({
      actorKind: "human",
      actorName: "root",
      action: "user.create",
      targetKind: "user",
      targetId: member.id,
      targetName: "mia",
      outcome: "success",
      remoteAddress: "127.0.0.1",
      requestId: expect.any(String),
      detail: { systemRole: "member", username: "mia" },
    }),
  ]);
});

test.each([
  ["one action", `${IN_2025}&action=old-thing.add`, 781],
  ["every action of a noun", `${IN_2025}&action=old-thing.`, 1_563],
  ["an action whose noun has two words", `${IN_2025}&action=older_thing.look`, 782],
  ["an actor", `${IN_2025}&actorId=actor-1`, 1_173],
  ["a target", `${IN_2025}&targetId=target-77`, 1],
  ["an outcome", `${IN_2025}&outcome=denied`, 234],
  ["a time that has a beginning", "from=2025-06-01T00:39:00Z&to=2026-01-01T00:00:00Z", 6],
  ["a time that has an end, which is not in it", "to=2025-06-01T00:00:03Z", 2],
  ["several at once", `${IN_2025}&action=old-thing.&outcome=denied&actorId=actor-0`, 156],
])("is filtered by %s", async (_what, query, expected) => {
  expect(await total(query)).toBe(expected);
});

describe("is searched", () => {
  test.each([
    ["in the name of the actor", `${IN_2025}&search=old%20HAND`, OLD],
    ["in the action", `${IN_2025}&search=thing.rem`, 782],
    ["together with a filter", `${IN_2025}&search=thing.rem&outcome=denied`, 78],
    ["for signs that a pattern would take for others", `${IN_2025}&search=%25`, 0],
    ["for what nobody has", `${IN_2025}&search=zzqq`, 0],
  ])("%s", async (_where, query, expected) => {
    expect(await total(query)).toBe(expected);
  });

  test("in the name of the target", async () => {
    const { events } = await list("search=MIA&action=user.create");
    expect(events).toEqual([expect.objectContaining({ targetId: member.id, targetName: "mia" })]);
  });

  test("in the reason, and past the end gives the last page", async () => {
    await api.database.asOwner(`UPDATE mosaic.audit_events SET detail = '{"reason":"Too warm in the cellar"}'
      WHERE request_id IN ('r1', 'r2', 'r3')`);
    const found = await list("search=warm%20in&limit=2&page=9");
    expect(found.meta).toEqual({ page: 2, limit: 2, total: 3, totalPages: 2 });
    expect(found.events.map(({ targetId }: { targetId: string }) => targetId)).toEqual(["target-1"]);
    const { text } = await admin.call("GET", "/api/audit-events/export?search=warm%20in");
    expect(text.trimEnd().split("\n")).toHaveLength(3);
  });
});

test("a refusal names what was tried, and on whom", async () => {
  await member.session.expect(403, "POST", `/api/users/${member.id}/deactivate`, { reason: "x", confirm: "mia" });
  const { events } = await list("action=user.deactivate&outcome=denied");
  expect(events).toEqual([expect.objectContaining({ actorName: "mia", targetId: member.id, targetName: "mia" })]);
});

test("comes newest first, and past the end as its last page", async () => {
  const first = await list(`${IN_2025}&limit=100`);
  expect(first.events[0].targetId).toBe(`target-${OLD}`);
  const last = await list(`${IN_2025}&limit=100&page=999`);
  expect(last.meta).toEqual({ page: 24, limit: 100, total: OLD, totalPages: 24 });
  expect(last.events).toHaveLength(45);
  expect(last.events.at(-1).targetId).toBe("target-1");
});

test("names every action there is, whatever the filter", async () => {
  const { actions } = await list("targetId=nothing");
  expect(actions).toEqual(expect.arrayContaining(["old-thing.add", "old-thing.remove", "older_thing.look", "user.create"]));
  expect(actions).toEqual([...new Set(actions)]);
});

test.each(["action=DROP", "outcome=maybe", "from=yesterday", "unknown=1"])("refuses %s", async (query) => {
  await admin.expect(422, "GET", `/api/audit-events?${query}`);
  await admin.expect(422, "GET", `/api/audit-events/export?${query}`);
});

test("is exported whole as JSON lines, each event once, and the export is recorded", async () => {
  const answer = await admin.call("GET", `/api/audit-events/export?${IN_2025}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toMatch(/^application\/x-ndjson/);
  const events = answer.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.map(({ targetId }) => targetId)).toEqual(Array.from({ length: OLD }, (_, n) => `target-${OLD - n}`));
  const { events: shown } = await list(`${IN_2025}&limit=1`);
  expect(events[0]).toEqual(shown[0]);
  expect((await list("action=audit.export")).events[0].detail).toEqual({
    filter: { from: "2025-01-01T00:00:00.000Z", to: "2026-01-01T00:00:00.000Z" },
  });
});

test("events of one and the same moment are exported once each", async () => {
  await api.database.asOwner("UPDATE mosaic.audit_events SET occurred_at = '2024-01-01' WHERE action = 'older_thing.look'");
  const answer = await admin.call("GET", "/api/audit-events/export?to=2024-06-01T00:00:00Z");
  const ids = answer.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  expect(new Set(ids).size).toBe(782);
  expect(ids).toHaveLength(782);
  await api.database.asOwner("DELETE FROM mosaic.audit_events WHERE action = 'older_thing.look'");
});

test("members do not reach it, neither over HTTP nor as the api's own login", async () => {
  await member.session.expect(403, "GET", "/api/audit-events");
  await member.session.expect(403, "GET", "/api/audit-events/export");
  expect((await api.session().call("GET", "/api/audit-events")).status).toBe(401);
  const db = await api.database.openAs("api");
  const seen = await db.globally((tx) => tx.sql("SELECT id FROM mosaic.audit_events"));
  expect(seen).toEqual([]);
});

test("nobody changes it, administrators neither", async () => {
  const db = await api.database.openAs("api");
  for (const statement of ["UPDATE mosaic.audit_events SET outcome = 'failed'", "DELETE FROM mosaic.audit_events"]) {
    const attempt = db.globally(async (tx) => {
      await tx.sql("SELECT set_config('mosaic.administrator', 'on', true)");
      return await tx.sql(statement);
    });
    await expect(attempt).rejects.toMatchObject({ sqlState: "42501" });
  }
});
