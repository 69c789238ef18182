// Delivers what was committed with a change: at least once, in order per subject. How, each topic says.
import type { Logger } from "pino";
import { OUTBOX_CHANNEL } from "../contracts/core/channels.ts";
import { FleetError } from "../contracts/core/errors.ts";
import type { Database } from "../db/core/database.ts";
import { markFailed, markSent, takeBatch, type OutboxDelivery } from "../db/core/outbox.ts";
import type { OutboxTopics } from "./outbox-topic.ts";
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
  /** Of all features. */
  readonly topics: OutboxTopics;
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
  const covering = new Set([...deps.topics.values()].filter(({ isCovering }) => isCovering).map(({ topic }) => topic));
  const batch = { subjects: SUBJECTS_PER_BATCH, leaseSeconds: LEASE_SECONDS, covering };
  while (!signal.aborted) {
    const deliveries = await deps.fleet.globally((tx) => takeBatch(tx, batch));
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

interface Failure {
  readonly error: string;
  readonly retrySeconds: number;
}

/** Null, or why it was not delivered and when to try again. */
async function relayOne(deps: OutboxRelayDeps, delivery: OutboxDelivery): Promise<Failure | null> {
  const { fleet, log, topics } = deps;
  const { subject, topic, attempts, tenant } = delivery;
  const facts = { subject, topic, attempts };
  const retrySeconds = Math.min(LONGEST_RETRY_SECONDS, 2 ** Math.min(attempts - 1, 10));
  // Read one by one: what this version cannot read is kept, and must not stop the messages of everyone else.
  const reading = topics.get(topic)?.read({ tenant, payload: delivery.payload }) ?? { problem: null };
  if ("problem" in reading) {
    const error = reading.problem === null ? "TOPIC_UNKNOWN" : "PAYLOAD_INVALID";
    log.error(
      { event: "outbox.unreadable", ...facts, error, problem: reading.problem, retrySeconds },
      "a message is kept unread",
    );
    return { error, retrySeconds };
  }
  try {
    await reading.deliver();
  } catch (err) {
    log.warn({ event: "outbox.delivery_failed", ...facts, retrySeconds, err }, "a message could not be delivered");
    return { error: codeOf(err), retrySeconds };
  }
  await fleet.globally((tx) => markSent(tx, delivery));
  log.debug({ event: "outbox.delivered", ...facts }, "delivered");
  return null;
}

function codeOf(error: unknown): string {
  if (error instanceof FleetError) return error.code;
  return error instanceof Error ? error.name : "INTERNAL";
}
