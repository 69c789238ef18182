// Acquire, heartbeat and release at 1, 10 and 50 clients: over HTTP, from the repository, and from pgbench.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { Pool } from "undici";
import { z } from "zod";
import type { Database } from "../../db/database.ts";
import { heartbeatLease, releaseLease } from "../../db/repositories/credential-lease-calls.ts";
import { acquireLease } from "../../db/repositories/credential-leases.ts";
import { addCredential } from "../../db/repositories/qa-credentials.ts";
import { createTestDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { freePort } from "../../tests/support/stack.ts";
import { waitFor } from "../../tests/support/wait-for.ts";
import { figure, latenciesOf, markdownTable, type Latencies } from "./latencies.ts";
import { cycleScript, ensurePgbench, runPgbench } from "./pgbench.ts";

const CLIENTS = [1, 10, 50] as const;
const KIND = "bench";
const TTL_MS = 1_200_000;
const CI_SECRET = "bench-ci-secret";
const MAIN = join(import.meta.dirname, "../../api/main.ts");
const CALLS = ["acquire", "heartbeat", "release"] as const;
const MAINTAINER = { actor: { role: "maintainer", id: "env:maintainer" } } as const;
const CI = { role: "ci", id: "env:ci" } as const;

/** One whole cycle; resolves to the milliseconds of each call. */
type Cycle = (client: number) => Promise<readonly [number, number, number]>;

export async function measureOperations(seconds: number): Promise<string> {
  await ensurePgbench();
  const database = await createTestDatabase();
  const api = await database.openAs("api", { poolMax: 50 });
  await addPool(api, Math.max(...CLIENTS) * 4);
  const server = await startBroker(database);
  try {
    const sections: string[] = [];
    for (const clients of CLIENTS) sections.push(await measureAt(clients, { seconds, database, api, url: server.url }));
    return sections.join("\n\n");
  } finally {
    server.child.kill("SIGTERM");
    await database.drop();
  }
}

interface Stage {
  readonly seconds: number;
  readonly database: TestDatabase;
  readonly api: Database;
  readonly url: string;
}

async function measureAt(clients: number, { seconds, database, api, url }: Stage): Promise<string> {
  const http = new Pool(url, { connections: clients });
  const bare = await runPgbench({ url: database.ownerUrl, script: cycleScript(KIND), clients, seconds });
  const repository = await drive(clients, seconds, repositoryCycle(api));
  const overHttp = await drive(clients, seconds, httpCycle(http));
  await http.close();
  const bareCycle = latenciesOf(bare.cyclesMs, bare.durationMs);
  const rows = CALLS.flatMap((call, index) => {
    const bareMean = bare.meansMs[index] ?? Number.NaN;
    return [
      [call, "pgbench", figure((clients / bareMean) * 1_000), `mean ${figure(bareMean)}`, "", "1"],
      ...[
        { layer: "repository", samples: repository },
        { layer: "HTTP", samples: overHttp },
      ].map(({ layer, samples }) =>
        callRow(call, layer, { samples: samples.map((cycle) => cycle[index] ?? 0), clients, bareMean }),
      ),
    ];
  });
  const cycles = [
    cycleRow("pgbench", bareCycle, bareCycle),
    cycleRow("repository", latenciesOf(repository.map(sum), seconds * 1_000), bareCycle),
    cycleRow("HTTP", latenciesOf(overHttp.map(sum), seconds * 1_000), bareCycle),
  ];
  const heading = ["call", "from", "calls/s", "p50 ms", "p99 ms", "ratio of calls/s to pgbench"];
  return `#### ${clients} ${clients === 1 ? "client" : "clients"}\n\n${markdownTable([heading, ...rows, ...cycles])}`;
}

/** Calls of one kind per second, if the clients did nothing else: clients by mean latency, on both sides. */
function callRow(
  call: string,
  layer: string,
  { samples, clients, bareMean }: { samples: readonly number[]; clients: number; bareMean: number },
): string[] {
  const mean = samples.reduce((total, ms) => total + ms, 0) / samples.length;
  const { p50Ms, p99Ms } = latenciesOf(samples, 1);
  return [call, layer, figure((clients / mean) * 1_000), figure(p50Ms), figure(p99Ms), figure(bareMean / mean)];
}

function cycleRow(layer: string, ours: Latencies, bare: Latencies): string[] {
  const { perSecond, p50Ms, p99Ms } = ours;
  return ["whole cycle", layer, figure(perSecond), figure(p50Ms), figure(p99Ms), figure(perSecond / bare.perSecond)];
}

const sum = (cycle: readonly number[]): number => cycle.reduce((total, ms) => total + ms, 0);

/** Every client goes round as fast as it is answered; what begins before the end counts. */
async function drive(clients: number, seconds: number, cycle: Cycle): Promise<(readonly [number, number, number])[]> {
  for (let warm = 0; warm < 5; warm += 1) await cycle(0);
  const endsAt = performance.now() + seconds * 1_000;
  const samples: (readonly [number, number, number])[] = [];
  const one = async (client: number): Promise<void> => {
    while (performance.now() < endsAt) samples.push(await cycle(client));
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => one(client)));
  return samples;
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  const value = await work();
  return [value, performance.now() - startedAt];
}

function repositoryCycle(api: Database): Cycle {
  const asked = {
    kind: KIND,
    actor: CI,
    leaseTtlMs: TTL_MS,
    quarantineOnExpiry: false,
    excludeCredentialIds: [],
    recordsFailure: true,
  };
  return async (client) => {
    const ownerId = `bench-${client}`;
    const [acquired, acquireMs] = await timed(() => acquireLease(api, { ...asked, ownerId }));
    if (acquired.outcome !== "leased") throw new Error(`nothing was leased: ${acquired.outcome}`);
    const { credentialId, leaseToken } = acquired.lease;
    const claim = { credentialId, kind: KIND, ownerId, leaseToken, actor: CI };
    const [beaten, heartbeatMs] = await timed(() => heartbeatLease(api, { ...claim, leaseTtlMs: TTL_MS }));
    const [released, releaseMs] = await timed(() => releaseLease(api, claim));
    if (!beaten.ok || !released.ok) throw new Error("a call was refused");
    return [acquireMs, heartbeatMs, releaseMs];
  };
}

/** Acquire names what it leased; the other calls say no more than how it went. */
const answerSchema = z.looseObject({
  status: z.string(),
  credentialId: z.string().optional(),
  leaseToken: z.string().optional(),
});
type Answer = z.infer<typeof answerSchema>;

function httpCycle(http: Pool): Cycle {
  const headers = { authorization: `Bearer ${CI_SECRET}`, "content-type": "application/json" };
  const post = async (path: string, body: object): Promise<Answer> => {
    const request = { method: "POST", path: `/qa-credentials/v1${path}`, headers, body: JSON.stringify(body) } as const;
    const answer = answerSchema.parse(await (await http.request(request)).body.json());
    if (answer.status !== "ok") throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return async (client) => {
    const claimant = { kind: KIND, ownerId: `bench-${client}`, actorRole: "ci" };
    const [{ credentialId, leaseToken }, acquireMs] = await timed(() => post("/acquire", { ...claimant, leaseTtlMs: TTL_MS }));
    const holder = { ...claimant, credentialId, leaseToken };
    const [, heartbeatMs] = await timed(() => post("/heartbeat", { ...holder, leaseTtlMs: TTL_MS }));
    const [, releaseMs] = await timed(() => post("/release", holder));
    return [acquireMs, heartbeatMs, releaseMs];
  };
}

export async function addPool(api: Database, count: number): Promise<void> {
  const payloadText = JSON.stringify({ groupId: "-100123", driverToken: "111:driver", sutToken: "222:sut" });
  const credential = { kind: KIND, payloadText, note: undefined, status: "active", admin: MAINTAINER } as const;
  for (let added = 0; added < count; added += 500) {
    await api.globally(async (tx) => {
      for (let index = added; index < Math.min(count, added + 500); index += 1) await addCredential(tx, credential);
    });
  }
}

/** The api as a process of its own; without Temporal, which no call of the broker needs. */
async function startBroker(database: TestDatabase): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...{ PATH: process.env["PATH"], DATABASE_URL: database.ownerUrl, MOSAIC_SECRET_KEY: database.rootKeyText },
      ...{ MOSAIC_PORT: String(port), MOSAIC_INTERNAL_PORT: String(await freePort()), MOSAIC_LOG_LEVEL: "warn" },
      ...{ TEMPORAL_ADDRESS: "127.0.0.1:1", OPENCLAW_QA_CONVEX_SECRET_CI: CI_SECRET, NODE_ENV: "production" },
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(async () => (await fetch(`${url}/healthz`)).ok, { timeoutMs: 60_000, what: "the api answers" });
  return { child, url };
}
