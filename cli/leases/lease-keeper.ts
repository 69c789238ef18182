// Keeps a lease while something runs: heartbeats, tried again within the time that is left, and the moment to stop.
import { setTimeout as delay } from "node:timers/promises";
import type { BrokerClient } from "./broker-client.ts";
import { beat, type Lease } from "./lease.ts";
import { QaError } from "./qa-error.ts";

/** After these the lease is someone else's, or nobody's: no heartbeat brings it back. */
const LOST = new Set([
  "LEASE_NOT_OWNER",
  "LEASE_EXPIRED",
  "LEASE_NOT_FOUND",
  "CREDENTIAL_NOT_FOUND",
  "CREDENTIAL_DISABLED",
  "KIND_MISMATCH",
]);
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 5_000;

/** Why a lease cannot be kept. */
export type Loss =
  /** `taken`: the broker says so. `running_out`: no heartbeat succeeded, and the expiry is near. */
  | { readonly kind: "taken" | "running_out"; readonly code: string }
  /** The expiry is near, and no heartbeat would move it: the kind limits how long a lease lives. */
  | { readonly kind: "lifetime_over"; readonly code: string; readonly lifetimeMs: number };

export interface LeaseKeeper {
  /** Settles with the loss, or with null once `stop` was called. */
  readonly lost: Promise<Loss | null>;
  stop(): void;
}

export interface KeepOptions {
  readonly lease: Lease;
  /** Milliseconds before the expiry at which the loss is declared, so that what runs can be stopped in time. */
  readonly marginMs: number;
  /** Told of each failure that is tried again. */
  readonly onTrouble: (code: string, leftMs: number) => void;
}

/** Whole milliseconds of a clock that goes on in a machine that sleeps, and is not set back by one that is corrected. */
function createClock(): () => number {
  const [wallMs, steadyMs] = [Date.now(), performance.now()];
  return () => Math.ceil(Math.max(Date.now() - wallMs, performance.now() - steadyMs));
}

export function keepLease(broker: BrokerClient, options: KeepOptions): LeaseKeeper {
  const ending = new AbortController();
  return { lost: keep(broker, options, ending.signal), stop: () => ending.abort() };
}

async function keep(broker: BrokerClient, options: KeepOptions, signal: AbortSignal): Promise<Loss | null> {
  const { lease, marginMs, onTrouble } = options;
  const now = createClock();
  let validUntil = lease.askedAtMs + lease.leaseTtlMs - Date.now();
  let expiresAtMs = lease.expiresAtMs;
  let failures = 0;
  let pauseMs = beatEveryMs(lease);
  for (;;) {
    const leftMs = () => validUntil - marginMs - now();
    if (!(await paused(Math.min(pauseMs, leftMs()), signal))) return null;
    if (leftMs() <= 0) return endOf(lease, expiresAtMs);
    const sentAt = now();
    try {
      const answer = await beat(broker, lease, Math.max(1, Math.min(broker.target.httpTimeoutMs, leftMs())));
      // The broker may grant less than requested: its own times tell by how much the expiry moved. Its clock may jump, but
      // it never grants more than requested.
      const moved = answer.expiresAtMs !== undefined && expiresAtMs !== undefined ? answer.expiresAtMs - expiresAtMs : null;
      validUntil = Math.min(moved === null ? Infinity : validUntil + moved, sentAt + lease.leaseTtlMs);
      expiresAtMs = answer.expiresAtMs ?? expiresAtMs;
      failures = 0;
      pauseMs = beatEveryMs(lease);
    } catch (error) {
      const code = error instanceof QaError ? error.qaCode : "UNEXPECTED_ERROR";
      if (signal.aborted) return null;
      if (LOST.has(code)) return { kind: "taken", code };
      failures += 1;
      pauseMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (failures - 1));
      onTrouble(code, Math.max(0, leftMs()));
    }
  }
}

/** `expiresAtMs` as the broker said last. */
function endOf({ mustEndAtMs, expiresAtMs: firstExpiresAtMs, leaseTtlMs }: Lease, expiresAtMs: number | undefined): Loss {
  const isKnown = mustEndAtMs !== undefined && expiresAtMs !== undefined && firstExpiresAtMs !== undefined;
  if (!isKnown || expiresAtMs < mustEndAtMs) return { kind: "running_out", code: "NO_HEARTBEAT" };
  const beganAtMs = firstExpiresAtMs - leaseTtlMs;
  return { kind: "lifetime_over", code: "LEASE_LIFETIME_OVER", lifetimeMs: mustEndAtMs - beganAtMs };
}

/** Three beats fit into a TTL, however long the interval is. */
function beatEveryMs({ heartbeatIntervalMs, leaseTtlMs }: Lease): number {
  return Math.min(heartbeatIntervalMs, leaseTtlMs / 3);
}

/** False when the signal came first. */
async function paused(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return await delay(Math.max(0, milliseconds), true, { signal }).catch(() => false);
}
