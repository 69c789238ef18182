// Delivers what was committed with a change to the workflows it concerns: at least once, in order per subject.
import type { Logger } from "pino";
import type { AgentContainerClient } from "../adapters/temporal/agent-container-client.ts";
import type { CredentialLeaseClient } from "../adapters/temporal/credential-lease-client.ts";
import type { UserDeactivationClient } from "../adapters/temporal/user-deactivation-client.ts";
import { OUTBOX_CHANNEL } from "../contracts/core/channels.ts";
import { FleetError } from "../contracts/core/errors.ts";
import {
  credentialLeaseMessageSchema,
  tenantMessageSchema,
  unrecordedMessageSchema,
  type CredentialLeaseMessage,
  type TenantMessage,
} from "../contracts/core/outbox.ts";
import type { Tenant } from "../contracts/core/tenant.ts";
import type { Database } from "../db/core/database.ts";
import { markFailed, markSent, takeBatch, type OutboxDelivery } from "../db/core/outbox.ts";
import { repeat } from "./repeat.ts";

/** In case a notification was lost. */
const POLL_EVERY_MS = 2_000;
const SUBJECTS_PER_BATCH = 20;
/** Covers a batch whose every delivery takes its full deadline. */
const LEASE_SECONDS = 60;
const LONGEST_RETRY_SECONDS = 30;

export interface OutboxRelayDeps {
  /** Role fleet. */
  readonly fleet: Database;
  readonly containers: AgentContainerClient;
  readonly leases: CredentialLeaseClient;
  readonly deactivations: UserDeactivationClient;
  readonly log: Logger;
  /** Between two polls without a notification. */
  readonly pollEveryMs?: number;
}

/** Runs until the signal aborts; the delivery under way is finished first. */
export async function runOutboxRelay(deps: OutboxRelayDeps, signal: AbortSignal): Promise<void> {
  const loop = repeat(() => relayAll(deps, signal), {
    everyMs: deps.pollEveryMs ?? POLL_EVERY_MS,
    signal,
    onError: (err) => deps.log.warn({ event: "outbox.unavailable", err }, "the outbox cannot be read"),
  });
  const stopListening = await deps.fleet.listen(OUTBOX_CHANNEL, () => loop.wake());
  await loop.done;
  await stopListening();
}

/** Takes batches until nothing is due. */
export async function relayAll(deps: OutboxRelayDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const deliveries = await deps.fleet.globally((tx) => takeBatch(tx, SUBJECTS_PER_BATCH, LEASE_SECONDS));
    if (deliveries.length === 0) return;
    const subjects = new Set(deliveries.map((delivery) => delivery.subject));
    const queues = [...subjects].map((subject) => deliveries.filter((delivery) => delivery.subject === subject));
    await Promise.all(queues.map((queue) => relayInOrder(deps, queue)));
  }
}

/** A message that cannot be delivered, or not be read, holds back those of its subject that came later. */
async function relayInOrder(deps: OutboxRelayDeps, deliveries: readonly OutboxDelivery[]): Promise<void> {
  for (const [index, delivery] of deliveries.entries()) {
    const problem = await relayOne(deps, delivery);
    if (problem === null) continue;
    await deps.fleet.globally((tx) => markFailed(tx, deliveries.slice(index), problem));
    return;
  }
}

/** Null, or why it was not delivered and when to try again. */
async function relayOne(
  deps: OutboxRelayDeps,
  delivery: OutboxDelivery,
): Promise<{ readonly error: string; readonly retrySeconds: number } | null> {
  const { fleet, log } = deps;
  const { subject, topic, attempts } = delivery;
  const facts = { subject, topic, attempts };
  try {
    await deliver(deps, delivery);
  } catch (err) {
    const retrySeconds = Math.min(LONGEST_RETRY_SECONDS, 2 ** Math.min(attempts - 1, 10));
    log.warn({ event: "outbox.delivery_failed", ...facts, retrySeconds, err }, "a message could not be delivered");
    return { error: codeOf(err), retrySeconds };
  }
  await fleet.globally((tx) => markSent(tx, delivery));
  log.debug({ event: "outbox.delivered", ...facts }, "delivered");
  return null;
}

/** Read one by one: what this version cannot read must not stop the messages of everyone else. */
async function deliver(deps: OutboxRelayDeps, { tenant, topic, payload }: OutboxDelivery): Promise<void> {
  if (unrecordedMessageSchema.safeParse(payload).success) {
    deps.log.warn(
      { event: "outbox.unrecorded", tenant, topic },
      "asked by an older release without a record; it has to be asked again",
    );
    return;
  }
  if (tenant === null) await deliverToLease(deps.leases, credentialLeaseMessageSchema.parse(payload));
  else await deliverToTenant(deps, tenant, tenantMessageSchema.parse(payload));
}

/** A change of configuration needs no delivery to a stopped container: its next start reads the newest one. */
async function deliverToTenant(
  { containers, deactivations }: OutboxRelayDeps,
  tenant: Tenant,
  message: TenantMessage,
): Promise<void> {
  switch (message.topic) {
    case "container.config-changed":
      await containers.configChanged(tenant, message.revision);
      return;
    case "container.ensure-running":
      await containers.ensureRunning(tenant);
      return;
    case "container.restart":
      await containers.restart(tenant, message.intentId);
      return;
    case "container.stop":
      await containers.stop(tenant, message.intentId);
      return;
    case "container.retire":
      await containers.retire(tenant, message.intentId);
      return;
    case "user.deactivate":
      await deactivations.begin({ deactivationId: message.deactivationId, userId: message.userId });
      return;
  }
}

/** The end of a lease whose workflow is over is delivered by being so. */
async function deliverToLease(leases: CredentialLeaseClient, message: CredentialLeaseMessage): Promise<void> {
  switch (message.topic) {
    case "credential-lease.started": {
      const { topic: _, ...lease } = message;
      await leases.started(lease);
      return;
    }
    case "credential-lease.shortened":
      await leases.shortened(message.leaseId, message.expiresAtMs);
      return;
    case "credential-lease.ended":
      await leases.ended(message.leaseId, { how: message.how, coolUntilMs: message.coolUntilMs });
      return;
  }
}

function codeOf(error: unknown): string {
  if (error instanceof FleetError) return error.code;
  return error instanceof Error ? error.name : "INTERNAL";
}
