// 15: the client that was published, unmodified, in processes of its own, against the real broker.
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CI, claimOf, MAINTAINER, startTestBroker, type TestBroker } from "../../support/leases/credential-broker.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import {
  holdLease,
  installPublishedClient,
  runClient,
  startAdminClient,
  type AdminClient,
  type PublishedClient,
} from "../../support/leases/published-client.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const INSTALL_MS = 900_000;
const TEST_MS = 300_000;
const PAYLOAD = { groupId: "-100123", driverToken: "111:driver", sutToken: "222:sut" };
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

/** Nothing listens there. */
const NO_NETWORK = { NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1" };

let database: TestDatabase;
let running: TestBroker;
let elsewhere: TestBroker;
let client: PublishedClient;
let adminClient: AdminClient;
let folder: string;

beforeAll(async () => {
  client = await installPublishedClient();
  adminClient = startAdminClient(client);
  database = await createTestDatabase();
  running = await startTestBroker(database);
  elsewhere = await startTestBroker(database, { env: { MOSAIC_QA_PREFIX: "shared/broker/" } });
  folder = await mkdtemp(join(tmpdir(), "mosaic-qa-client-"));
  await writeFile(join(folder, "payload.json"), JSON.stringify(PAYLOAD));
}, INSTALL_MS);
afterAll(async () => {
  await adminClient?.close();
  await Promise.all([running?.api.close(), elsewhere?.api.close()]);
  await database?.drop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

function environment(change: Record<string, string> = {}): Record<string, string> {
  return {
    HOME: folder,
    OPENCLAW_STATE_DIR: folder,
    OPENCLAW_QA_CONVEX_SITE_URL: running.api.url,
    OPENCLAW_QA_ALLOW_INSECURE_HTTP: "1",
    OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: MAINTAINER,
    OPENCLAW_QA_CONVEX_SECRET_CI: CI,
    ...change,
  };
}

type Action = "Add" | "List" | "Remove";
const COMMON = { actorId: "ann" };

/** With --json. `exit` is the exit code that the process would have ended with. */
async function admin(action: Action, options: object, change: Record<string, string> = {}): Promise<any> {
  const call = { name: `runQaCredentials${action}Command`, options: { json: true, ...COMMON, ...options } };
  const { code, stdout, stderr } = await adminClient.call(call, environment(change));
  if (!stdout.trim().startsWith("{")) throw new Error(`${action}: exit ${code}, ${stdout}${stderr}`);
  return { exit: code, ...JSON.parse(stdout) };
}

/** Without --json. */
async function said(action: Action, options: object): Promise<string> {
  const call = { name: `runQaCredentials${action}Command`, options: { ...COMMON, ...options } };
  return (await adminClient.call(call, environment())).stdout;
}

const add = (change = {}, kind = "telegram") =>
  admin("Add", { kind, payloadFile: "payload.json", repoRoot: folder, note: "pool-1" }, change);
const typesOf = async (credentialId: string) =>
  (
    await database.asOwner<any>("SELECT type FROM mosaic.credential_lease_events WHERE credential_id = $1 ORDER BY id", [
      credentialId,
    ])
  ).map(({ type }) => type);

function hold(kind: string) {
  const child = holdLease(client, { kind, heartbeatEveryMs: 100 }, environment());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<any> => JSON.parse((await lines.next()).value ?? "null");
  return {
    line,
    async ask(): Promise<any> {
      child.stdin.write("\n");
      return await line();
    },
    /** The exit code. */
    async end(): Promise<number> {
      const ended = once(child, "close");
      child.stdin.end();
      return (await ended)[0];
    },
  };
}

test(
  "adds, lists, fails to remove what is leased, removes, and is told when it was removed before",
  async () => {
    const added = await add();
    expect(added).toMatchObject({ exit: 0, status: "ok", action: "add", credential: { kind: "telegram", note: "pool-1" } });
    const { credentialId } = added.credential;

    const lease = await running.broker.acquire("telegram", "run-7");
    const listed = await admin("List", { kind: "telegram", status: "active", limit: 5 });
    expect(listed).toMatchObject({ exit: 0, count: 1, credentials: [{ credentialId, lease: { ownerId: "run-7" } }] });
    expect(JSON.stringify(listed)).not.toContain(PAYLOAD.driverToken);
    expect(await said("List", {})).toMatch(new RegExp(`${credentialId} +telegram +active +yes\\(ci:run-7\\) +pool-1`));
    expect(await admin("Remove", { credentialId })).toMatchObject({ exit: 1, status: "error", code: "LEASE_ACTIVE" });

    await running.broker.ok("/release", claimOf(lease));
    const removed = await admin("Remove", { credentialId });
    expect(removed).toMatchObject({ exit: 0, action: "remove", changed: true, credential: { status: "disabled" } });
    expect(await admin("Remove", { credentialId })).toMatchObject({ exit: 0, changed: false });
    expect(await said("Remove", { credentialId })).toBe(`QA credential already disabled: ${credentialId}\n`);
  },
  TEST_MS,
);

test(
  "shows payloads when told to, which is audited with the real actor",
  async () => {
    const { credential } = await add({}, "shown");
    const listed = await admin("List", { kind: "shown", showSecrets: true });
    expect(listed.credentials).toMatchObject([{ credentialId: credential.credentialId, payload: PAYLOAD }]);
    const rows = await database.asOwner(
      "SELECT actor_id FROM mosaic.audit_events WHERE action = 'credential.read_payload' AND target_id = $1",
      [credential.credentialId],
    );
    expect(rows).toEqual([{ actor_id: "env:maintainer" }]);
  },
  TEST_MS,
);

test(
  "is told about an unknown id, a bad secret and a bad payload in words of the broker",
  async () => {
    const unknown = await admin("Remove", { credentialId: UNKNOWN });
    expect(unknown).toMatchObject({ exit: 1, code: "CREDENTIAL_NOT_FOUND", message: "There is no such credential." });
    const stranger = await admin("List", {}, { OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: "wrong" });
    expect(stranger).toMatchObject({ exit: 1, code: "AUTH_INVALID" });
    const asCi = await admin("List", {}, { OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: CI });
    expect(asCi).toMatchObject({ exit: 1, code: "AUTH_ROLE_MISMATCH" });
    expect(await add({}, "discord")).toMatchObject({ exit: 1, code: "INVALID_PAYLOAD" });
  },
  TEST_MS,
);

test(
  "finds a broker under another prefix, and none where there is none",
  async () => {
    const there = { OPENCLAW_QA_CONVEX_SITE_URL: elsewhere.api.url, OPENCLAW_QA_CONVEX_ENDPOINT_PREFIX: "shared/broker" };
    expect(await admin("List", { kind: "none" }, there)).toMatchObject({ exit: 0, count: 0 });
    const lost = { ...there, OPENCLAW_QA_CONVEX_ENDPOINT_PREFIX: "/qa-credentials/v1" };
    expect(await admin("List", {}, lost)).toMatchObject({ exit: 1, code: "BROKER_HTTP_ERROR" });
  },
  TEST_MS,
);

test(
  "the lease client acquires, renews with heartbeats, notices a forced release, and releases",
  async () => {
    const kind = "held";
    const [credentialId = ""] = await running.broker.add(kind, 1, PAYLOAD);
    const leased = async () => (await running.broker.list({ kind }))[0].lease;

    const first = hold(kind);
    expect(await first.line()).toEqual({ credentialId, payload: PAYLOAD });
    const { acquiredAtMs } = await leased();
    await waitFor(async () => ((await leased()).heartbeatAtMs > acquiredAtMs ? true : null), {
      timeoutMs: 90_000,
      what: "a heartbeat arrived",
    });
    expect(await first.ask()).toEqual({ failure: null });
    expect(await first.end()).toBe(0);
    expect(await leased()).toBeUndefined();

    const second = hold(kind);
    await second.line();
    await running.broker.ok("/admin/force-release", { credentialId });
    const next = await running.broker.acquire(kind, "next");
    const failure = await waitFor(async () => (await second.ask()).failure, { timeoutMs: 90_000, what: "the loss is noticed" });
    expect(failure).toContain("heartbeat failed");
    // Its release is refused, which it reports.
    expect(await second.end()).not.toBe(0);
    expect((await leased()).ownerId).toBe(next.ownerId);
    expect(await typesOf(credentialId)).toEqual(["acquire", "release", "acquire", "force_release", "acquire"]);
  },
  TEST_MS,
);

test(
  "a complete QA run that fails because there is no network releases its lease",
  async () => {
    const { credential } = await add();
    const options = { repoRoot: folder, outputDir: "out", credentialSource: "convex", credentialRole: "ci" };
    const { code } = await runClient(client.leaseChunk, { name: "runQaTelegramCommand", options }, environment(NO_NETWORK));
    expect(code).not.toBe(0);
    expect(await typesOf(credential.credentialId)).toEqual(["acquire", "release"]);
  },
  TEST_MS,
);
