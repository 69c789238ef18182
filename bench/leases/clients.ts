// Clients that acquire, renew and release as fast as they get answers: over HTTP, and directly through the repository.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Pool } from "undici";
import { z } from "zod";
import type { Database } from "../../db/core/database.ts";
import { heartbeatLease, releaseLease } from "../../db/leases/credential-lease-calls.ts";
import { acquireLease } from "../../db/leases/credential-leases.ts";
import { addCredential } from "../../db/leases/qa-credentials.ts";
import type { TestDatabase } from "../../tests/support/core/database.ts";
import { freePort } from "../../tests/support/core/stack.ts";
import { waitFor } from "../../tests/support/core/wait-for.ts";
import type { Cycle, Round } from "./figures.ts";

export const KIND = "bench";
export const TTL_MS = 1_200_000;
const CI_SECRET = "bench-secret-for-ci";
const MAIN = join(import.meta.dirname, "../../api/main.ts");
const CI = { role: "ci", id: "env:ci" } as const;
const MAINTAINER = { actor: { role: "maintainer", id: "env:maintainer" } } as const;
const CREDENTIALS_PER_TRANSACTION = 500;

/** One cycle of one client. */
export type Work = (client: number) => Promise<Cycle>;

/** What begins before the end counts. */
export async function drive(clients: number, seconds: number, work: Work): Promise<Round> {
  const endsAt = performance.now() + seconds * 1_000;
  const cycles: Cycle[] = [];
  const one = async (client: number): Promise<void> => {
    while (performance.now() < endsAt) cycles.push(await work(client));
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => one(client)));
  return { clients, cycles };
}

export function byRepository(api: Database): Work {
  return async (client) => {
    const ownerId = `bench-${client}`;
    const [lease, acquireMs] = await timed(() => leaseOne(api, ownerId, TTL_MS));
    const claim = { credentialId: lease.credentialId, kind: KIND, ownerId, leaseToken: lease.leaseToken, actor: CI };
    const [beaten, heartbeatMs] = await timed(() => heartbeatLease(api, { ...claim, leaseTtlMs: TTL_MS }));
    const [released, releaseMs] = await timed(() => releaseLease(api, claim));
    if (!beaten.ok || !released.ok) throw new Error("a call was refused");
    return [acquireMs, heartbeatMs, releaseMs];
  };
}

/** @throws when nothing is free */
export async function leaseOne(api: Database, ownerId: string, leaseTtlMs: number) {
  const terms = { leaseTtlMs, quarantineOnExpiry: false, excludeCredentialIds: [], recordsFailure: true };
  const done = await acquireLease(api, { kind: KIND, ownerId, actor: CI, ...terms });
  if (done.outcome !== "leased") throw new Error(`nothing was leased: ${done.outcome}`);
  return done.lease;
}

const answerSchema = z.looseObject({
  status: z.literal("ok"),
  credentialId: z.string().optional(),
  leaseToken: z.string().optional(),
});

export function overHttp(http: Pool): Work {
  const headers = { authorization: `Bearer ${CI_SECRET}`, "content-type": "application/json" };
  const post = async (path: string, body: object) => {
    const request = { method: "POST", path: `/qa-credentials/v1${path}`, headers, body: JSON.stringify(body) } as const;
    return answerSchema.parse(await (await http.request(request)).body.json());
  };
  return async (client) => {
    const claimant = { kind: KIND, ownerId: `bench-${client}`, actorRole: "ci" };
    const [lease, acquireMs] = await timed(() => post("/acquire", { ...claimant, leaseTtlMs: TTL_MS }));
    const holder = { ...claimant, credentialId: lease.credentialId, leaseToken: lease.leaseToken };
    const [, heartbeatMs] = await timed(() => post("/heartbeat", { ...holder, leaseTtlMs: TTL_MS }));
    const [, releaseMs] = await timed(() => post("/release", holder));
    return [acquireMs, heartbeatMs, releaseMs];
  };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  const value = await work();
  return [value, performance.now() - startedAt];
}

export async function addPool(api: Database, count: number): Promise<void> {
  const payloadText = JSON.stringify({ groupId: "-100123", driverToken: "111:driver", sutToken: "222:sut" });
  const credential = { kind: KIND, payloadText, note: undefined, status: "active", admin: MAINTAINER } as const;
  for (let added = 0; added < count; added += CREDENTIALS_PER_TRANSACTION) {
    await api.globally(async (tx) => {
      const last = Math.min(count, added + CREDENTIALS_PER_TRANSACTION);
      for (let index = added; index < last; index += 1) await addCredential(tx, credential);
    });
  }
}

/** The api as a process of its own; without Temporal, which no call of the broker needs. */
export async function startBroker(database: TestDatabase): Promise<{ readonly child: ChildProcess; readonly url: string }> {
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
