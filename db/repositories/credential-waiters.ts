// Those who wait for a credential of a kind, strictly in order of arrival. A ticket is drawn when the wait begins.
import type { BrokerActor } from "../../contracts/credential-lease.ts";
import type { Database, GlobalTransaction } from "../database.ts";

export interface NewWaiter {
  readonly kind: string;
  readonly ownerId: string;
  readonly actor: BrokerActor;
  readonly excludeCredentialIds: readonly string[];
}

/** Role api, in a transaction of its own: tickets are drawn in the order of commits. Resolves to the waiter's id. */
export async function joinQueue(_database: Database, _input: NewWaiter): Promise<string> {
  throw new Error("not yet");
}

/**
 * Keeps the place of a waiter who came back, with the exclusions of the new request. False when it was forgotten, served,
 * or is another's: join again.
 */
export async function rejoinQueue(_database: Database, _waiterId: string, _input: NewWaiter): Promise<boolean> {
  throw new Error("not yet");
}

/** For waiters whose requests this process holds, every WAIT_LIMITS.touchEveryMs. One statement for all. */
export async function touchWaiters(_database: Database, _waiterIds: readonly string[]): Promise<void> {
  throw new Error("not yet");
}

/** The waiter went away; those behind it are notified. Fine when it is gone already. */
export async function leaveQueue(_database: Database, _waiterId: string): Promise<void> {
  throw new Error("not yet");
}

export interface QueuePlace {
  /** 1 is the next to be served. */
  readonly position: number;
  /** Milliseconds until its turn if every lease before runs to its expiry; null: cannot be told. */
  readonly expectedWaitMs: number | null;
}

/** Null when the waiter is gone. */
export async function queuePlace(_database: Database, _waiterId: string): Promise<QueuePlace | null> {
  throw new Error("not yet");
}

/** Removes waiters that were forgotten a while ago; resolves to how many. Roles worker and fleet. */
export async function purgeWaiters(_tx: GlobalTransaction): Promise<number> {
  throw new Error("not yet");
}
