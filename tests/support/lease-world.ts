// Leases in skipped time: the real Postgres follows the clock of the Temporal environment, the workflows are the real ones.
import { randomUUID } from "node:crypto";
import { pino } from "pino";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { Worker } from "@temporalio/worker";
import { createCredentialLeaseActivities, type CredentialLeaseActivities } from "../../activities/credential-lease.ts";
import {
  createCredentialRetentionActivities,
  type CredentialRetentionActivities,
} from "../../activities/credential-retention.ts";
import { createCredentialLeaseClient, type CredentialLeaseClient } from "../../adapters/credential-lease-client.ts";
import { credentialLeaseWorkflowId, type CredentialLeaseResult } from "../../contracts/credential-lease-workflow.ts";
import type { BrokerActor, KindLimits } from "../../contracts/credential-lease.ts";
import type { Database } from "../../db/database.ts";
import { listLeaseEvents, type LeaseEvent } from "../../db/repositories/credential-events.ts";
import { setKindLimits } from "../../db/repositories/credential-kinds.ts";
import { heartbeatLease, releaseLease, type LeaseClaim } from "../../db/repositories/credential-lease-calls.ts";
import { acquireLease, type AcquiredLease } from "../../db/repositories/credential-leases.ts";
import { addCredential, listCredentials, type CredentialAdmin } from "../../db/repositories/qa-credentials.ts";
import { relayAll } from "../../workers/outbox-relay.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { recordContainers } from "./recording-containers.ts";
import { recordDeactivations } from "./recording-deactivations.ts";
import { workflowBundle } from "./workflow-world.ts";

export const CI: BrokerActor = { role: "ci", id: "env:ci" };
export const MAINTAINER: CredentialAdmin = { actor: { role: "maintainer", id: "env:maintainer" } };
export const CANARY_PAYLOAD = "canary-driver-token-7c1e";
const CLOCK_QUESTIONS = 5;
const CLOCK_PRECISION_MS = 5;
const never = new AbortController().signal;
const log = pino({ level: "silent" });

export interface HeldLease extends AcquiredLease {
  readonly claim: LeaseClaim;
}

export type LeaseWorld = Awaited<ReturnType<typeof createLeaseWorld>>;
type Activities = CredentialLeaseActivities & CredentialRetentionActivities;

export async function createLeaseWorld(environment: TestWorkflowEnvironment) {
  const database = await createTestDatabase();
  const [api, worker, fleet] = [
    await database.openAs("api"),
    await database.openAs("worker"),
    await database.openAs("fleet"),
  ] as const;
  const taskQueue = `leases-${randomUUID()}`;
  const clock = followClock(environment, database);
  const leases = createCredentialLeaseClient({ call: (work) => work(environment.client) }, taskQueue);
  const handleOf = ({ leaseId }: AcquiredLease) => environment.client.workflow.getHandle(credentialLeaseWorkflowId(leaseId));
  const real: Activities = {
    ...createCredentialLeaseActivities({ worker }),
    ...createCredentialRetentionActivities({ fleet, worker }),
  };
  return {
    ...{ environment, database, api, worker, fleet, taskQueue, leases, real, handleOf },
    ...broker(api, clock),
    ...limits(api),
    syncClock: clock,
    calls: {} as Record<string, number>,
    /** Brings what was committed to Temporal, as the relay of a worker process does. */
    relay: (client: CredentialLeaseClient = leases) =>
      relayAll({ fleet, containers: recordContainers(), deactivations: recordDeactivations(), leases: client, log }, never),
    resultOf: (lease: AcquiredLease): Promise<CredentialLeaseResult> => handleOf(lease).result(),
    /** Runs `story` while a worker takes tasks; `change` replaces activities. */
    async working<T>(story: () => Promise<T>, change: Partial<Activities> = {}): Promise<T> {
      const taskWorker = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue,
        workflowBundle: await workflowBundle(),
        activities: inDatabaseTime({ ...real, ...change }, clock, this.calls),
      });
      return await taskWorker.runUntil(story());
    },
  };
}

/**
 * Postgres's `mosaic.now()` is set to the environment's time before each activity and each call of the broker. It is never
 * behind: what is over for a workflow is over for Postgres.
 */
function followClock(environment: TestWorkflowEnvironment, database: TestDatabase) {
  let turn: Promise<void> = Promise.resolve();
  return (): Promise<void> => (turn = turn.then(async () => database.setClockOffset(await offsetOf(environment))));
}

/** Milliseconds, too many by the time that the answer took: of several the fastest is taken, should the machine stand still. */
async function offsetOf(environment: TestWorkflowEnvironment): Promise<number> {
  let best = { tookMs: Infinity, offsetMs: 0 };
  for (let asked = 0; asked < CLOCK_QUESTIONS && best.tookMs > CLOCK_PRECISION_MS; asked += 1) {
    const askedAtMs = Date.now();
    const offsetMs = (await environment.currentTimeMs()) - askedAtMs;
    const tookMs = Date.now() - askedAtMs;
    if (tookMs < best.tookMs) best = { tookMs, offsetMs };
  }
  return best.offsetMs;
}

function inDatabaseTime(activities: Activities, clock: () => Promise<void>, calls: Record<string, number>): Activities {
  const entries = Object.entries(activities).map(([name, run]: [string, (input: any) => Promise<any>]) => {
    const counted = async (input: unknown): Promise<unknown> => {
      calls[name] = (calls[name] ?? 0) + 1;
      await clock();
      return await run(input);
    };
    return [name, counted] as const;
  });
  return Object.fromEntries(entries) as unknown as Activities;
}

function broker(api: Database, clock: () => Promise<void>) {
  return {
    async addCredential(kind: string): Promise<string> {
      const payloadText = JSON.stringify({ driverToken: CANARY_PAYLOAD });
      const input = { kind, payloadText, note: undefined, status: "active", admin: MAINTAINER } as const;
      return (await api.globally((tx) => addCredential(tx, input))).credentialId;
    },
    /** Null: none is free. */
    async tryAcquire(
      kind: string,
      asked: { ttlMs?: number; ownerId?: string; quarantineOnExpiry?: boolean } = {},
    ): Promise<HeldLease | null> {
      const { ttlMs: leaseTtlMs = 60_000, ownerId = "ci-run-7", quarantineOnExpiry = false } = asked;
      await clock();
      const options = { excludeCredentialIds: [], recordsFailure: true };
      const done = await acquireLease(api, { kind, ownerId, actor: CI, leaseTtlMs, quarantineOnExpiry, ...options });
      if (done.outcome !== "leased") return null;
      const { credentialId, leaseToken } = done.lease;
      return { ...done.lease, claim: { credentialId, kind, ownerId, leaseToken, actor: CI } };
    },
    async heartbeat({ claim }: HeldLease, leaseTtlMs: number) {
      await clock();
      return await heartbeatLease(api, { ...claim, leaseTtlMs });
    },
    async release({ claim }: HeldLease) {
      await clock();
      return await releaseLease(api, claim);
    },
    async credential(kind: string) {
      const [found] = await api.globally((tx) => listCredentials(tx, { kind, status: "all", limit: 1 }));
      if (found === undefined) throw new Error(`no credential of kind ${kind}`);
      return found;
    },
    /** Oldest first. */
    async events(kind: string): Promise<LeaseEvent[]> {
      return (await api.globally((tx) => listLeaseEvents(tx, { kind, limit: 100 }))).toReversed();
    },
  };
}

function limits(api: Database) {
  return {
    limit: (kind: string, change: Partial<KindLimits>) =>
      api.globally((tx) => setKindLimits(tx, { kind, limits: change, admin: MAINTAINER })),
  };
}
