// The envelope of every answer of the broker, whatever it says: headers, bodies, and what unforeseen things look like.
import { join } from "node:path";
import {
  BROKER_PREFIX,
  BrokerClient,
  CI,
  claimOf,
  useBroker,
  type BrokerAnswer,
} from "../../support/leases/credential-broker.ts";
import { startRespawning } from "../../support/core/respawning-process.ts";
import { freePort } from "../../support/core/stack.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { newKind } from "../../support/leases/credential-leases.ts";

const MAIN = join(import.meta.dirname, "../../../api/main.ts");

const broker = useBroker();
let kind: string;

beforeEach(() => {
  kind = newKind();
});

const A = () => ({ kind, ownerId: "owner", actorRole: "ci" });

type Row = [what: string, status: number, ask: () => Promise<BrokerAnswer>];
const ANSWERS: readonly Row[] = [
  ["a success", 200, () => broker.call("/admin/list", {})],
  ["a refusal by the state of the pool", 200, () => broker.call("/acquire", A())],
  ["a refusal by a limit", 200, () => broker.call("/acquire", { ...A(), leaseTtlMs: 1 })],
  ["an unknown credential", 200, () => broker.call("/admin/remove", { credentialId: "none" })],
  ["no secret", 401, () => broker.call("/acquire", A(), { authorization: null })],
  ["a wrong secret", 401, () => broker.call("/acquire", A(), { authorization: "Bearer x" })],
  ["the other role", 403, () => broker.call("/acquire", { ...A(), actorRole: "maintainer" })],
  ["a body that is no JSON", 400, () => broker.call("/acquire", "{")],
  ["a field that is wrong", 400, () => broker.call("/acquire", { ...A(), ownerId: 1 })],
  ["a body that is too large", 413, () => broker.call("/acquire", "x".repeat(1_100_000))],
  ["a path that is none", 404, () => broker.call("/nothing", {})],
];

test.each(ANSWERS)("%s is JSON that nobody stores and no other origin reads", async (_what, status, ask) => {
  const { headers, json, ...answer } = await ask();
  expect(answer.status).toBe(status);
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(headers.get("cache-control")).toBe("no-store");
  expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  expect(["ok", "error"]).toContain(json.status);
});

test.each(ANSWERS.slice(1))(
  "%s has a code and words; only an exhausted pool names a time, which is above 0",
  async (_what, _status, ask) => {
    const { json } = await ask();
    expect(json).toMatchObject({
      status: "error",
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.stringMatching(/\S/),
    });
    expect(json.retryAfterMs).toBe(json.code === "POOL_EXHAUSTED" ? 2_000 : undefined);
  },
);

test.each(["GET", "PUT", "DELETE", "PATCH"])("%s is no method of it", async (method) => {
  const response = await fetch(`${broker.api.url}${BROKER_PREFIX}/acquire`, {
    method,
    headers: { authorization: `Bearer ${CI}` },
  });
  expect(response.status).toBe(405);
  expect(await response.json()).toMatchObject({ status: "error", code: "NOT_FOUND" });
});

test("heartbeat, release and quarantine answer with a body that says ok and nothing else", async () => {
  await broker.add(kind, 2);
  const [kept, bad] = [await broker.acquire(kind), await broker.acquire(kind)];
  for (const [path, lease] of [
    ["/heartbeat", kept],
    ["/release", kept],
    ["/release", kept],
    ["/quarantine", bad],
  ] as const) {
    expect([path, (await broker.call(path, claimOf(lease))).text]).toEqual([path, '{"status":"ok"}']);
  }
});

test("a fault of ours is INTERNAL_ERROR, and tells nothing of what went wrong", async () => {
  await broker.database.asOwner("ALTER TABLE mosaic.qa_credentials RENAME TO elsewhere");
  try {
    const { status, json, text } = await broker.call("/acquire", A());
    expect([status, json.status, json.code]).toEqual([500, "error", "INTERNAL_ERROR"]);
    expect(text).not.toMatch(/qa_credentials|relation|42P01/);
  } finally {
    await broker.database.asOwner("ALTER TABLE mosaic.elsewhere RENAME TO qa_credentials");
  }
});

test("16: a broker that is killed and started again in mid-run answers the holder's heartbeat in time", async () => {
  const port = String(await freePort());
  const server = startRespawning("api", MAIN, {
    ...{
      DATABASE_URL: broker.database.ownerUrl,
      MOSAIC_SECRET_KEY: broker.database.rootKeyText,
      TEMPORAL_ADDRESS: "127.0.0.1:1",
    },
    ...{ MOSAIC_PORT: port, MOSAIC_INTERNAL_PORT: "0", OPENCLAW_QA_CONVEX_SECRET_CI: CI },
  });
  const url = `http://127.0.0.1:${port}`;
  const listens = () =>
    waitFor(async () => (await fetch(`${url}/healthz`)).ok, { timeoutMs: 120_000, what: "the broker listens" });
  try {
    await broker.add(kind);
    await listens();
    const restarted = new BrokerClient(url);
    const lease = await restarted.acquire(kind);
    await server.kill();
    await listens();
    expect(await restarted.codeOf("/heartbeat", claimOf(lease))).toEqual([200, "ok"]);
    expect(await restarted.codeOf("/release", claimOf(lease))).toEqual([200, "ok"]);
  } finally {
    await server.stop();
  }
}, 400_000);
