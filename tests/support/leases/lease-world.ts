// Leases in skipped time: the real Postgres follows the clock of the Temporal environment, the workflows are the real ones.
import { randomUUID } from "node:crypto";
import { pino } from "pino";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { Worker } from "@temporalio/worker";
import {
  createCredentialLeaseActivities,
  type CredentialLeaseActivities,
} from "../../../activities/leases/credential-lease.ts";
import {
  createCredentialRetentionActivities,
  type CredentialRetentionActivities,
} from "../../../activities/leases/credential-retention.ts";
import { createCredentialLeaseClient, type CredentialLeaseClient } from "../../../adapters/temporal/credential-lease-client.ts";
import {
  credentialLeaseWorkflowId,
  type CredentialLeaseResult,
  type CredentialLeaseStatus,
} from "../../../contracts/leases/credential-lease-workflow.ts";
import type { BrokerActor, KindLimits } from "../../../contracts/leases/credential-lease.ts";
import type { Database } from "../../../db/core/database.ts";
import { listLeaseEvents, type LeaseEvent } from "../../../db/leases/credential-events.ts";
import { setKindLimits } from "../../../db/leases/credential-kinds.ts";
import { heartbeatLease, releaseLease, type LeaseClaim } from "../../../db/leases/credential-lease-calls.ts";
import { acquireLease, type AcquiredLease } from "../../../db/leases/credential-leases.ts";
import { addCredential, listCredentials } from "../../../db/leases/qa-credentials.ts";
import type { CredentialAdmin } from "../../../db/leases/credential-events.ts";
import { relayAll } from "../../../workers/outbox-relay.ts";
import { outboxTopics } from "../../../workers/outbox-topics.ts";
import { createTestDatabase, type TestDatabase } from "../core/database.ts";
import { recordContainers } from "../containers/recording-containers.ts";
import { recordAgentKeys } from "../agents/recording-agent-keys.ts";
import { recordDeactivations } from "../people/recording-deactivations.ts";
import { useWorld } from "../core/use-world.ts";
import { workflowBundle } from "../core/workflow-bundle.ts";
import { timeSkippingEnvironment } from "../core/workflow-world.ts";

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

export type LeaseWorld = ReturnType<typeof useLeases>;
type Activities = CredentialLeaseActivities & CredentialRetentionActivities;

export interface Asked {
  readonly ttlMs?: number;
  readonly ownerId?: string;
  readonly quarantineOnExpiry?: boolean;
}

interface Test {
  readonly kind: string;
  /** How often each activity was called. */
  readonly calls: Record<string, number>;
}

/** Each test has a kind of its own, which everything that the world does is about. */
export function useLeases(startServer: () => Promise<TestWorkflowEnvironment> = timeSkippingEnvironment) {
  const world = useWorld((ends) => startLeaseWorld(ends, startServer));
  beforeEach(() => world.beginTest());
  return world;
}

async function startLeaseWorld(ends: AsyncDisposableStack, startServer: () => Promise<TestWorkflowEnvironment>) {
  const database = ends.adopt(await createTestDatabase(), ({ drop }) => drop());
  const environment = ends.adopt(await startServer(), (server) => server.teardown());
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
    // The time-skipping server has no index of failed workflows.
    ...createCredentialRetentionActivities({ fleet, worker, leases: { ...leases, listFailed: async () => [] } }),
  };
  let test: Test = { kind: "", calls: {} };
  const calls = broker(api, clock, () => test.kind);
  const topicsWith = (client: CredentialLeaseClient) =>
    outboxTopics({
      containers: recordContainers(),
      deactivations: recordDeactivations(),
      agentKeys: recordAgentKeys(),
      leases: client,
      log,
    });
  /** Brings what was committed to Temporal, as the relay of a worker process does. */
  const relay = (client: CredentialLeaseClient = leases) => relayAll({ fleet, topics: topicsWith(client), log }, never);
  return {
    ...{ environment, database, api, worker, fleet, taskQueue, leases, real, handleOf, relay, ...calls },
    syncClock: clock,
    beginTest: () => void (test = { kind: `telegram-${randomUUID().slice(0, 8)}`, calls: {} }),
    get kind() {
      return test.kind;
    },
    get calls() {
      return test.calls;
    },
    /** Acquires and lets Temporal know. */
    async begin(asked?: Asked): Promise<HeldLease> {
      const lease = await calls.acquire(asked);
      await relay();
      return lease;
    },
    statusOf: (lease: AcquiredLease) => handleOf(lease).query<CredentialLeaseStatus, []>("status"),
    resultOf: (lease: AcquiredLease): Promise<CredentialLeaseResult> => handleOf(lease).result(),
    /** Runs `story` while a worker takes tasks; `change` replaces activities. */
    async working<T>(story: () => Promise<T>, change: Partial<Activities> = {}): Promise<T> {
      const taskWorker = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue,
        workflowBundle: await workflowBundle(),
        activities: inDatabaseTime({ ...real, ...change }, clock, test.calls),
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

function broker(api: Database, clock: () => Promise<void>, kindOf: () => string) {
  /** Null: none is free. */
  async function tryAcquire(asked: Asked = {}): Promise<HeldLease | null> {
    const { ttlMs: leaseTtlMs = 60_000, ownerId = "ci-run-7", quarantineOnExpiry = false } = asked;
    await clock();
    const kind = kindOf();
    const options = { excludeCredentialIds: [], recordsFailure: true };
    const done = await acquireLease(api, { kind, ownerId, actor: CI, leaseTtlMs, quarantineOnExpiry, ...options });
    if (done.outcome !== "leased") return null;
    const { credentialId, leaseToken } = done.lease;
    return { ...done.lease, claim: { credentialId, kind, ownerId, leaseToken, actor: CI } };
  }
  /** Oldest first. */
  const events = async (): Promise<LeaseEvent[]> =>
    (await api.globally((tx) => listLeaseEvents(tx, { kind: kindOf(), limit: 100 }))).toReversed();
  return {
    ...{ tryAcquire, events },
    async acquire(asked?: Asked): Promise<HeldLease> {
      const lease = await tryAcquire(asked);
      if (lease === null) throw new Error("nothing was free");
      return lease;
    },
    async addCredential(): Promise<string> {
      const payloadText = JSON.stringify({ driverToken: CANARY_PAYLOAD });
      const input = { kind: kindOf(), payloadText, note: undefined, status: "active", admin: MAINTAINER } as const;
      return (await api.globally((tx) => addCredential(tx, input))).credentialId;
    },
    async heartbeat({ claim }: HeldLease, leaseTtlMs: number) {
      await clock();
      return await heartbeatLease(api, { ...claim, leaseTtlMs });
    },
    async release({ claim }: HeldLease) {
      await clock();
      return await releaseLease(api, claim);
    },
    async credential() {
      const [found] = await api.globally((tx) => listCredentials(tx, { kind: kindOf(), status: "all", limit: 1 }));
      if (found === undefined) throw new Error(`no credential of kind ${kindOf()}`);
      return found;
    },
    eventTypes: async () => (await events()).map(({ type }) => type),
    limit: (change: Partial<KindLimits>) =>
      api.globally((tx) => setKindLimits(tx, { kind: kindOf(), limits: change, admin: MAINTAINER })),
  };
}
