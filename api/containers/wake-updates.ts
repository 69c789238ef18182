// Names the updates that wake agents: concurrent requests of this process for the same agent share one update, and the server
// answers all of them. A run handles ten updates at a time (Temporal's limit), including those that nobody waits for any more;
// beyond that the server drops all of them, over and over.
import { randomUUID } from "node:crypto";
import type { Tenant } from "../../contracts/core/tenant.ts";

export interface WakeUpdates {
  /** The id of the update that is under way, or a new one. */
  idFor(tenant: Tenant): string;
  /** The update has an outcome, which the next request must not get again. */
  settled(tenant: Tenant, updateId: string): void;
}

interface Named {
  readonly updateId: string;
  readonly namedAtMs: number;
}

/** A name without an outcome is forgotten after `lifetimeMs`, when no start can be under way any more. */
export function createWakeUpdates({ lifetimeMs, nowMs }: { lifetimeMs: number; nowMs: () => number }): WakeUpdates {
  /** In the order of their naming. */
  const open = new Map<Tenant, Named>();

  function forgetOld(): void {
    for (const [tenant, { namedAtMs }] of open) {
      if (nowMs() - namedAtMs < lifetimeMs) return;
      open.delete(tenant);
    }
  }

  return {
    idFor(tenant) {
      forgetOld();
      const named = open.get(tenant) ?? { updateId: randomUUID(), namedAtMs: nowMs() };
      open.set(tenant, named);
      return named.updateId;
    },
    settled(tenant, updateId) {
      if (open.get(tenant)?.updateId === updateId) open.delete(tenant);
    },
  };
}
