// Leases that are kept for days, and removals that find much: their workflows go on in a new run when a history is long.
import { randomUUID } from "node:crypto";
import { defaultPayloadConverter } from "@temporalio/common";
import { Worker } from "@temporalio/worker";
import type { CredentialLeaseActivities } from "../../../activities/leases/credential-lease.ts";
import type { CredentialRetentionActivities } from "../../../activities/leases/credential-retention.ts";
import {
  CREDENTIAL_LEASE_WORKFLOW,
  CREDENTIAL_RETENTION_WORKFLOW,
  credentialLeaseWorkflowId,
  type CredentialLeaseInput,
} from "../../../contracts/leases/credential-lease-workflow.ts";
import { useTemporal } from "../../support/core/local-temporal.ts";
import { workflowBundle } from "../../support/core/workflow-bundle.ts";

const TEST_MS = 240_000;
/** A history of so many events is long; the server's own limit is in the thousands. */
const LONG_HISTORY = 30;
const LOOKS = 25;

type Activities = CredentialLeaseActivities & CredentialRetentionActivities;

const environment = useTemporal({ settings: [`limit.historyCount.suggestContinueAsNew=${LONG_HISTORY}`] });

async function working<T>(activities: Partial<Activities>, story: (taskQueue: string) => Promise<T>): Promise<T> {
  const taskQueue = `long-${randomUUID()}`;
  const connection = environment.nativeConnection;
  const worker = await Worker.create({ connection, taskQueue, workflowBundle: await workflowBundle(), activities });
  return await worker.runUntil(story(taskQueue));
}

/** How the run that is there now began: of which run it is the continuation, and with what. */
async function lastRun(workflowId: string): Promise<{ continues: string; input: unknown }> {
  const { events } = await environment.client.workflow.getHandle(workflowId).fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const [payload] = started?.input?.payloads ?? [];
  return {
    continues: started?.continuedExecutionRunId ?? "",
    input: payload == null ? undefined : defaultPayloadConverter.fromPayload(payload),
  };
}

test(
  "a lease that is renewed again and again goes on in a new run with the expiry that was read last",
  async () => {
    const input: CredentialLeaseInput = {
      ...{ leaseId: randomUUID(), credentialId: randomUUID(), kind: "telegram", ownerId: "qa-lab-ci-1", actorId: "env:ci" },
      ...{ fence: 7, expiresAtMs: Date.now(), mustEndAtMs: null, quarantineOnExpiry: true },
    };
    const base = input.expiresAtMs;
    let looks = 0;
    const settleLease: Activities["settleLease"] = async () => {
      looks += 1;
      const expiresAtMs = base + looks;
      if (looks < LOOKS) return { state: "held", leftMs: 1, expiresAtMs };
      return { state: "expired", expiresAtMs, quarantined: true, coolUntilMs: null };
    };
    const workflowId = credentialLeaseWorkflowId(input.leaseId);
    const result = await working({ settleLease }, async (taskQueue) => {
      return await environment.client.workflow.execute(CREDENTIAL_LEASE_WORKFLOW, { workflowId, taskQueue, args: [input] });
    });
    expect(result).toEqual({ outcome: "expired", quarantined: true });
    expect(looks).toBe(LOOKS);
    const last = await lastRun(workflowId);
    expect(last.continues).not.toBe("");
    const { expiresAtMs, ...rest } = last.input as CredentialLeaseInput;
    expect(rest).toEqual({ ...input, expiresAtMs: undefined });
    expect(expiresAtMs).toBeGreaterThan(base);
    expect(expiresAtMs).toBeLessThan(base + LOOKS);
  },
  TEST_MS,
);

test(
  "a removal that finds more than one history may hold counts on in a new run, and forgets nothing",
  async () => {
    let batches = 0;
    const purgeCredentialBatch: Activities["purgeCredentialBatch"] = async () => {
      batches += 1;
      const removed = { leaseEvents: 256, adminEvents: 1, outboxRows: 2, proofRequests: 3, waiters: 4 };
      return { ...removed, isFull: batches < LOOKS };
    };
    const settleOverdueLeases: Activities["settleOverdueLeases"] = async () => ({ settled: 1, isFull: false });
    const workflowId = randomUUID();
    const total = await working({ purgeCredentialBatch, settleOverdueLeases }, (taskQueue) =>
      environment.client.workflow.execute(CREDENTIAL_RETENTION_WORKFLOW, { workflowId, taskQueue }),
    );
    expect(batches).toBe(LOOKS);
    expect(total).toEqual({
      ...{ leaseEvents: 256 * LOOKS, adminEvents: LOOKS, outboxRows: 2 * LOOKS, proofRequests: 3 * LOOKS },
      ...{ waiters: 4 * LOOKS, overdueLeases: LOOKS },
    });
    expect((await lastRun(workflowId)).continues).not.toBe("");
  },
  TEST_MS,
);
