// Requests that wait for a credential: held for some seconds, woken by notifications, served in the queue's order.
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { CREDENTIAL_CHANNEL } from "../../contracts/core/channels.ts";
import { WAIT_LIMITS } from "../../contracts/leases/credential-lease.ts";
import type { Database } from "../../db/core/database.ts";
import { explainExhaustion, type Exhaustion } from "../../db/leases/credential-kinds.ts";
import { acquireLease, type AcquireInput, type AcquireResult } from "../../db/leases/credential-leases.ts";
import { joinQueue, leaveQueue, queuePlace, rejoinQueue, touchWaiters } from "../../db/leases/credential-waiters.ts";
import type { ExhaustionFacts } from "./answers.ts";

/** A waiter that is not asking is not served, and blocks those behind it until it is forgotten: it comes back at once. */
const COME_BACK_MS = 100;
/** Keeps a waiter from asking in a tight loop about an expiry that has passed but is not recorded yet. */
const PAUSE_MIN_MS = 20;

export interface WaitOptions {
  /** Milliseconds, shortened to the room's maximum. */
  readonly waitMs: number;
  /** Of an earlier request that keeps its place. */
  readonly waiterId: string | undefined;
  readonly clientGone: AbortSignal;
}

export type WaitResult = AcquireResult | { readonly outcome: "still_waiting"; readonly facts: ExhaustionFacts };

/** One request that waits here. `wake` belongs to the attempt that is running or was last. */
interface Held {
  readonly kind: string;
  wake: AbortController;
}

export interface WaitingRoomDeps {
  readonly db: Database;
  readonly log: Logger;
  /** The longest that one request is held. */
  readonly maxWaitMs: number;
}

export class WaitingRoom {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #maxWaitMs: number;
  readonly #held = new Map<string, Held>();
  readonly #closing = new AbortController();
  readonly #reports: NodeJS.Timeout;
  #stopListening: () => Promise<void> = () => Promise.resolve();

  private constructor({ db, log, maxWaitMs }: WaitingRoomDeps) {
    [this.#db, this.#log, this.#maxWaitMs] = [db, log, maxWaitMs];
    this.#reports = setInterval(() => void this.#reportAlive(), WAIT_LIMITS.touchEveryMs);
  }

  static async open(deps: WaitingRoomDeps): Promise<WaitingRoom> {
    const room = new WaitingRoom(deps);
    room.#stopListening = await deps.db.listen(CREDENTIAL_CHANNEL, (kind) => room.#wakeUp(kind));
    return room;
  }

  async acquire(input: AcquireInput, options: WaitOptions): Promise<WaitResult> {
    const waiterId = await takePlace(this.#db, input, options.waiterId);
    const request: Held = { kind: input.kind, wake: new AbortController() };
    this.#held.set(waiterId, request);
    try {
      return await this.#waitInPlace(waiterId, input, { ...options, request });
    } finally {
      this.#held.delete(waiterId);
    }
  }

  /** Answers those who wait: they keep their places and come back to another process. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#reports);
    await this.#stopListening();
  }

  async #waitInPlace(
    waiterId: string,
    input: AcquireInput,
    { waitMs, clientGone, request }: WaitOptions & { readonly request: Held },
  ): Promise<WaitResult> {
    const endsAt = performance.now() + Math.min(waitMs, this.#maxWaitMs);
    for (;;) {
      // Made before the attempt: a notification during it counts.
      request.wake = new AbortController();
      const leftMs = this.#closing.signal.aborted ? 0 : Math.max(0, endsAt - performance.now());
      const result = await acquireLease(this.#db, { ...input, waiterId, recordsFailure: leftMs === 0 });
      if (result.outcome === "leased") return result;
      if (clientGone.aborted || result.outcome === "request_consumed") {
        await leaveQueue(this.#db, waiterId);
        return result;
      }
      const exhaustion = await explainExhaustion(this.#db, { kind: input.kind, waiterId });
      if (leftMs === 0) return { outcome: "still_waiting", facts: await this.#factsOf(waiterId, exhaustion) };
      const signal = AbortSignal.any([request.wake.signal, clientGone, this.#closing.signal]);
      const pauseMs = Math.max(PAUSE_MIN_MS, exhaustion.tryAgainMs ?? leftMs);
      await delay(Math.min(leftMs, pauseMs), undefined, { signal }).catch(() => undefined);
    }
  }

  async #factsOf(waiterId: string, { reason, nextExpiryMs }: Exhaustion): Promise<ExhaustionFacts> {
    const place = await queuePlace(this.#db, waiterId);
    const facts = { ...(reason === null ? {} : { exhausted: reason }), nextExpiryMs, retryAfterMs: COME_BACK_MS };
    return place === null ? facts : { ...facts, waiterId, ...place };
  }

  /** An empty payload: the connection came back, and anything may have happened. */
  #wakeUp(kind: string): void {
    for (const request of this.#held.values()) if (kind === "" || request.kind === kind) request.wake.abort();
  }

  async #reportAlive(): Promise<void> {
    const waiters = [...this.#held.keys()];
    if (waiters.length === 0) return;
    // Unreported they are forgotten after a while, and join again: there is nothing else to do about it here.
    await touchWaiters(this.#db, waiters).catch((err: unknown) => {
      this.#log.warn({ event: "waiters_not_touched", waiters: waiters.length, err }, "waiters could not be reported alive");
    });
  }
}

async function takePlace(db: Database, input: AcquireInput, waiterId: string | undefined): Promise<string> {
  const { kind, ownerId, actor, excludeCredentialIds } = input;
  const waiter = { kind, ownerId, actor, excludeCredentialIds };
  if (waiterId !== undefined && (await rejoinQueue(db, waiterId, waiter))) return waiterId;
  return await joinQueue(db, waiter);
}
