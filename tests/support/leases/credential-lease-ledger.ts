// What must hold whatever the model says, from the answers alone: one unexpired lease, rising fences, order of arrival.
import type { Answer, Call, Done, Grant } from "./credential-lease-calls.ts";
import { isWaiting, type ModelCredential, type ModelState } from "./credential-lease-model.ts";

interface Held {
  readonly leaseId: string;
  expiresAt: number;
}

export class LeaseLedger {
  readonly #held = new Map<string, Held>();
  readonly #fences = new Map<string, number>();

  /**
   * Answers of one moment: what ended or went on comes before what began. Of several heartbeats of one lease any may have
   * been the last, so that it is sure of the earliest end alone.
   */
  note(state: ModelState, done: Done): void {
    const ofHolders = done.filter(([, { grant }]) => grant === undefined);
    const latestFirst = ofHolders.toSorted(([, one], [, other]) => (other.expiresAt ?? 0) - (one.expiresAt ?? 0));
    for (const [call, answer] of latestFirst) this.#noteHolder(call, answer);
    for (const [, { grant }] of done) if (grant !== undefined) this.#noteGrant(state.now, grant);
  }

  #noteHolder({ target }: Call, { text, expiresAt }: Answer): void {
    if (target === null || text !== "ok") return;
    const held = this.#held.get(target);
    if (expiresAt === undefined) this.#held.delete(target);
    else if (held !== undefined) held.expiresAt = expiresAt;
  }

  #noteGrant(now: number, { lease: { credentialId, leaseId }, fence, expiresAt }: Grant): void {
    const before = this.#held.get(credentialId);
    if (before !== undefined && before.expiresAt > now) {
      throw new Error(`${credentialId} was leased twice: ${before.leaseId} had not expired when ${leaseId} began`);
    }
    const last = this.#fences.get(credentialId) ?? 0;
    if (fence <= last) throw new Error(`the fence of ${credentialId} fell from ${last} to ${fence}`);
    this.#held.set(credentialId, { leaseId, expiresAt });
    this.#fences.set(credentialId, fence);
  }

  /** Nobody was served while somebody who came before waits for the same credential. */
  checkOrder(before: ModelState, after: ModelState, done: Done): void {
    for (const [call, { grant }] of done) {
      if (grant === undefined || call.asked === undefined) continue;
      const { kind, waiterId } = call.asked;
      const place = before.waiters.findIndex((waiter) => waiter.id === waiterId);
      const passed = before.waiters
        .slice(0, place === -1 ? undefined : place)
        .filter(
          (waiter) => waiter.kind === kind && isWaiting(before, waiter) && after.waiters.some(({ id }) => id === waiter.id),
        )
        .filter((waiter) => !waiter.exclude.includes(grant.lease.credentialId));
      if (passed.length > 0) throw new Error(`${passed.length} waiters were passed over for ${grant.lease.credentialId}`);
    }
  }

  /** Somebody with the right to do so ended the lease. */
  forget(credentialId: string): void {
    this.#held.delete(credentialId);
  }

  /** The answer was lost: what the rows show is believed. */
  lost(call: Call, rows: readonly ModelCredential[]): void {
    for (const { id, fence } of rows) {
      if (fence > (this.#fences.get(id) ?? 0) || call.target === id) this.#held.delete(id);
      this.#fences.set(id, fence);
    }
  }
}
