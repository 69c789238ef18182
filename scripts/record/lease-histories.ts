// The ways that a lease, and the removal of old events, can go: activities answer as Postgres would.
import { randomUUID } from "node:crypto";
import type { WorkflowHandle } from "@temporalio/client";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { Worker } from "@temporalio/worker";
import type { CredentialLeaseActivities } from "../../activities/leases/credential-lease.ts";
import type { CredentialRetentionActivities } from "../../activities/leases/credential-retention.ts";
import { createCredentialLeaseClient, type CredentialLeaseClient } from "../../adapters/temporal/credential-lease-client.ts";
import {
  CREDENTIAL_RETENTION_WORKFLOW,
  credentialLeaseWorkflowId,
  type CredentialLeaseInput,
} from "../../contracts/leases/credential-lease-workflow.ts";
import { workflowBundle } from "../../tests/support/core/workflow-bundle.ts";

const MINUTE_MS = 60_000;
type Activities = CredentialLeaseActivities & CredentialRetentionActivities;
type Recording = (environment: TestWorkflowEnvironment) => Promise<WorkflowHandle>;
type Story = (lease: CredentialLeaseInput, client: CredentialLeaseClient) => Promise<void>;

export const LEASE_HISTORIES: Readonly<Record<string, Recording>> = {
  "credential-lease-renewed-and-quarantined": async (environment) => {
    const expiresAtMs = (await environment.currentTimeMs()) + 20 * MINUTE_MS;
    const expired = { state: "expired", expiresAtMs, quarantined: true, coolUntilMs: null } as const;
    const looks = [{ state: "held", leftMs: 15 * MINUTE_MS, expiresAtMs } as const, expired];
    const settleLease = async () => looks.shift() ?? expired;
    return await recordLease(environment, { settleLease });
  },
  "credential-lease-cooling-down": async (environment) => {
    const expiresAtMs = await environment.currentTimeMs();
    const coolUntilMs = expiresAtMs + 60 * MINUTE_MS;
    const rests = [{ isOver: false, leftMs: 5 * MINUTE_MS, coolUntilMs } as const];
    return await recordLease(environment, {
      settleLease: async () => ({ state: "expired", expiresAtMs, quarantined: false, coolUntilMs }),
      endCoolDown: async () => rests.shift() ?? { isOver: true },
    });
  },
  "credential-lease-shortened-and-released": async (environment) => {
    const expiresAtMs = (await environment.currentTimeMs()) + 19 * MINUTE_MS;
    const ending = { how: "released", coolUntilMs: null } as const;
    const looks = [{ state: "held", leftMs: 19 * MINUTE_MS, expiresAtMs } as const];
    const settleLease = async () => looks.shift() ?? ({ state: "gone", ending } as const);
    return await recordLease(environment, { settleLease }, async ({ leaseId }, client) => {
      await client.shortened(leaseId, expiresAtMs);
      await environment.sleep(MINUTE_MS);
      await client.ended(leaseId, ending);
    });
  },
  /** The look returns the earlier remaining time, as if it had been made before the heartbeat. */
  "credential-lease-shortened-during-look": async (environment) => {
    const expiresAtMs = (await environment.currentTimeMs()) + 40 * MINUTE_MS;
    const expired = { state: "expired", expiresAtMs, quarantined: false, coolUntilMs: null } as const;
    let isFirst = true;
    const settleLease: Activities["settleLease"] = async ({ leaseId }) => {
      if (!isFirst) return expired;
      isFirst = false;
      const client = createCredentialLeaseClient({ call: (work) => work(environment.client) });
      await client.shortened(leaseId, expiresAtMs - 10 * MINUTE_MS);
      return { state: "held", leftMs: 20 * MINUTE_MS, expiresAtMs };
    };
    return await recordLease(environment, { settleLease });
  },
  "credential-lease-gone": (environment) => recordLease(environment, { settleLease: async () => ({ state: "gone" }) }),
  "credential-retention": async (environment) => {
    const batches = [256, 3];
    const purgeCredentialBatch = async () => {
      const leaseEvents = batches.shift() ?? 0;
      return { leaseEvents, adminEvents: 1, outboxRows: 2, proofRequests: 0, waiters: 0, isFull: leaseEvents === 256 };
    };
    const settleOverdueLeases = async () => ({ settled: 1, isFull: false });
    return await working(environment, { purgeCredentialBatch, settleOverdueLeases }, async (taskQueue) => {
      const workflowId = randomUUID();
      const handle = await environment.client.workflow.start(CREDENTIAL_RETENTION_WORKFLOW, { workflowId, taskQueue });
      await handle.result();
      return handle;
    });
  },
};

async function recordLease(
  environment: TestWorkflowEnvironment,
  activities: Partial<Activities>,
  story: Story = async () => undefined,
): Promise<WorkflowHandle> {
  const lease: CredentialLeaseInput = {
    ...{ leaseId: randomUUID(), credentialId: randomUUID(), kind: "telegram", ownerId: "qa-lab-ci-1", actorId: "env:ci" },
    ...{ fence: 1, expiresAtMs: (await environment.currentTimeMs()) + 20 * MINUTE_MS, mustEndAtMs: null },
    quarantineOnExpiry: true,
  };
  return await working(environment, activities, async (taskQueue) => {
    const client = createCredentialLeaseClient({ call: (work) => work(environment.client) }, taskQueue);
    await client.started(lease);
    await story(lease, client);
    const handle = environment.client.workflow.getHandle(credentialLeaseWorkflowId(lease.leaseId));
    await handle.result();
    return handle;
  });
}

async function working<T>(
  environment: TestWorkflowEnvironment,
  activities: Partial<Activities>,
  story: (taskQueue: string) => Promise<T>,
): Promise<T> {
  const taskQueue = `record-${randomUUID()}`;
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities,
  });
  return await worker.runUntil(story(taskQueue));
}
