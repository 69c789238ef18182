// 64 clients while processes of the api and of the worker are killed at random: no lease twice, no release lost.
import { join } from "node:path";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import fc from "fast-check";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { credentialLeaseWorkflowId } from "../../../contracts/leases/credential-lease-workflow.ts";
import type { Database } from "../../../db/core/database.ts";
import { addCredential } from "../../../db/leases/qa-credentials.ts";
import { getInstallationId } from "../../../db/installation/system-config.ts";
import { startClients, type Clients } from "../../support/leases/credential-lease-clients.ts";
import { contradictions, readLeaseLog, type Acknowledged, type LogEntry } from "../../support/leases/credential-lease-log.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { removeInstallation } from "../../support/containers/engine.ts";
import { startRespawning, type RespawningProcess } from "../../support/core/respawning-process.ts";
import { freePort } from "../../support/core/stack.ts";
import { localTemporalEnvironment } from "../../support/core/local-temporal.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { workflowBundle } from "../../support/core/workflow-bundle.ts";
import { RUN_SEED, sized } from "../../support/core/run-size.ts";

const ROOT = join(import.meta.dirname, "../../..");
const CLIENTS = 64;
const KILLS = sized(5);
const ACKNOWLEDGED = sized(400);
const POOL = { blue: 20, red: 12 } as const;
/** The shortest that the contract allows. */
const TTL_MS = 30_000;
/** Each makes every lease that nobody renews run out, on all processes at once. */
const CLOCK_STEPS_MS = [31_000, 95_000];
const PROGRESS_TIMEOUT_MS = 300_000;
/** More than a killed relay keeps what it had taken. */
const DELIVERY_STEP_MS = 61_000;
/** The last to be killed must come up first. */
const DELIVERY_TIMEOUT_MS = 600_000;
const SECRET = "a-secret-of-the-runners";

let database: TestDatabase;
let api: Database;
let temporal: TestWorkflowEnvironment;
let folder: string;
let installation: string;
const processes: RespawningProcess[] = [];
const urls: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  api = await database.openAs("api");
  installation = await api.globally(getInstallationId);
  temporal = await localTemporalEnvironment({ isBare: true });
  folder = await mkdtemp(join(tmpdir(), "mosaic-chaos-"));
  const bundle = join(folder, "workflows.js");
  await writeFile(bundle, (await workflowBundle()).code);
  const common = {
    DATABASE_URL: database.ownerUrl,
    MOSAIC_SECRET_KEY: database.rootKeyText,
    TEMPORAL_ADDRESS: temporal.address,
  };
  for (const name of ["api-1", "api-2", "api-3"]) {
    const port = String(await freePort());
    urls.push(`http://127.0.0.1:${port}/qa-credentials/v1`);
    const env = { ...common, MOSAIC_PORT: port, MOSAIC_INTERNAL_PORT: "0", OPENCLAW_QA_CONVEX_SECRET_CI: SECRET };
    processes.push(startRespawning(name, join(ROOT, "api/main.ts"), env));
  }
  for (const name of ["worker-1", "worker-2"]) {
    const noAgents = {
      MOSAIC_AGENT_IMAGE: "mosaic-fleet/never-started:latest",
      MOSAIC_AGENT_ISOLATION: "off-agents-reach-my-network",
    };
    const env = { ...common, ...noAgents, MOSAIC_WORKFLOW_BUNDLE: bundle };
    processes.push(startRespawning(name, join(ROOT, "workers/main.ts"), env));
  }
  for (const [kind, size] of Object.entries(POOL)) for (let index = 0; index < size; index += 1) await addOne(kind);
}, 600_000);

afterAll(async () => {
  await Promise.all(processes.map((each) => each.stop()));
  await temporal?.teardown();
  if (installation !== undefined) await removeInstallation(installation);
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  await database?.drop();
}, 120_000);

const admin = { actor: { role: "maintainer", id: "env:maintainer" } } as const;
const addOne = (kind: string) =>
  api.globally((tx) => addCredential(tx, { kind, payloadText: '{"a":1}', note: undefined, status: "active", admin }));

let offsetMs = 0;

/** Between two kills so many calls are acknowledged, so that none of them happens to an idle system. */
async function killAtRandom(clients: Clients): Promise<number> {
  let kills = 0;
  const perKill = Math.ceil(ACKNOWLEDGED / KILLS);
  const victims = fc.sample(fc.nat(processes.length - 1), { seed: RUN_SEED, numRuns: KILLS });
  while (kills < KILLS || clients.told.length < ACKNOWLEDGED) {
    const wanted = clients.told.length + perKill;
    await waitFor(() => clients.told.length >= wanted, { timeoutMs: PROGRESS_TIMEOUT_MS, what: "the clients get on" });
    await processes[victims[kills % KILLS] ?? 0]?.kill();
    kills += 1;
    const step = CLOCK_STEPS_MS[Math.floor((kills * CLOCK_STEPS_MS.length) / KILLS) - 1];
    if (step === undefined) continue;
    // Noted first: for a moment clients think that it is later than it is, never that it is earlier.
    offsetMs = step;
    await database.setClockOffset(step);
  }
  return kills;
}

let kills: number;
let log: LogEntry[];
let told: readonly Acknowledged[];

test(
  "64 clients keep working while processes are killed, and see nothing that they should not",
  async () => {
    await waitFor(async () => (await Promise.all(urls.map(isUp))).every(Boolean), {
      timeoutMs: PROGRESS_TIMEOUT_MS,
      what: "the apis listen",
    });
    const options = {
      urls,
      secret: SECRET,
      kinds: Object.keys(POOL),
      ttlMs: TTL_MS,
      abandonEvery: 20,
      now: () => Date.now() + offsetMs,
    };
    const clients = startClients(CLIENTS, options);
    try {
      kills = await killAtRandom(clients);
    } finally {
      await clients.stop();
    }
    told = clients.told;
    log = await readLeaseLog(database);
    console.log(
      JSON.stringify({
        seed: RUN_SEED,
        kills,
        acknowledged: told.length,
        answers: clients.answers(),
        leases: log.filter(({ type }) => type === "acquire").length,
        expired: log.filter(({ type }) => type === "expired").length,
      }),
    );
    expect(clients.surprises).toEqual([]);
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    expect(told.length).toBeGreaterThanOrEqual(ACKNOWLEDGED);
  },
  sized(1_800_000),
);

test("the log of events has no lease within a lease, no falling fence, and every promise that a client was given", () => {
  expect(log.filter(({ type }) => type === "expired").length).toBeGreaterThan(0);
  expect(contradictions(log, told)).toEqual([]);
});

test("the reader would have noticed a lease within a lease, a lost release and a broken promise", () => {
  const isRelease = ({ type }: LogEntry): boolean => type === "release";
  const promise = told.find(({ call, expiresAt, at }) => call === "release" && at <= expiresAt);
  const release = log.find(
    (entry) => isRelease(entry) && entry.fence === promise?.fence && entry.credential === promise.credential,
  );
  expect(
    contradictions(
      log.filter((entry) => entry !== release),
      told,
    ),
  ).not.toEqual([]);
  expect(
    contradictions(
      log.filter((entry) => !isRelease(entry) && entry.type !== "expired"),
      [],
    ),
  ).not.toEqual([]);
  // Instead of what its client was promised, the lease goes on and runs out.
  const lost = (entry: LogEntry): LogEntry =>
    entry === release ? { ...entry, type: "expired", at: entry.expiresAt + 1 } : entry;
  expect(contradictions(log.map(lost), promise === undefined ? [] : [promise])).toEqual([expect.stringContaining("is lost")]);
  const tooLong = told.map((promise) => ({ ...promise, call: "heartbeat", expiresAt: Infinity }) as const);
  expect(
    contradictions(
      log.filter((entry) => !isRelease(entry)),
      tooLong,
    ),
  ).not.toEqual([]);
});

test(
  "every lease got its workflow, whatever was killed between commit and start",
  async () => {
    await database.setClockOffset(offsetMs + DELIVERY_STEP_MS);
    const unsent = "SELECT count(*)::int AS count FROM mosaic.outbox WHERE sent_at IS NULL";
    await waitFor(async () => (await database.asOwner<{ count: number }>(unsent))[0]?.count === 0, {
      timeoutMs: DELIVERY_TIMEOUT_MS,
      what: "everything in the outbox is delivered",
    });
    const leases = log.filter(({ type }) => type === "acquire").map(({ lease }) => lease);
    for (const lease of leases) await temporal.client.workflow.getHandle(credentialLeaseWorkflowId(lease)).describe();
    expect(leases.length).toBeGreaterThan(0);
  },
  sized(900_000),
);

async function isUp(url: string): Promise<boolean> {
  return (await fetch(new URL("/healthz", url))).ok;
}
