// One lease from the client's side: acquired with patience, its payload assembled, renewed, released.
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import {
  acquireReplySchema,
  chunkMarkerSchema,
  heartbeatReplySchema,
  okReplySchema,
  payloadChunkReplySchema,
} from "../../contracts/leases/credential-broker.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { BrokerClient } from "./broker-client.ts";
import type { LeaseSettings } from "./broker-settings.ts";
import { QaError } from "./qa-error.ts";

/** The broker holds a waiting request no longer than this; others answer at once. */
const WAIT_MS = 10_000;
const MARGIN_MS = 3_000;
/** Milliseconds between attempts when the answer names no time. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 5_000];
const RELEASE_ATTEMPTS = 5;

export interface LeaseRequest extends LeaseSettings {
  readonly kind: string;
  readonly excludeCredentialIds: readonly string[];
  readonly quarantineOnExpiry: boolean;
}

export interface Lease {
  readonly kind: string;
  readonly ownerId: string;
  readonly actorRole: LeaseSettings["role"];
  readonly credentialId: string;
  readonly leaseToken: Secret;
  readonly leaseTtlMs: number;
  readonly heartbeatIntervalMs: number;
  /** Of the broker's clock; undefined where the broker does not tell. */
  readonly expiresAtMs: number | undefined;
  /** Of the same clock, where the kind limits how long a lease lives: no heartbeat moves the expiry beyond it. */
  readonly mustEndAtMs?: number | undefined;
  /** Of our clock: when the request that was granted was sent. The lease began no earlier. */
  readonly askedAtMs: number;
}

export interface AcquireWatch {
  readonly signal: AbortSignal;
  readonly onWait: (facts: {
    readonly position: number | undefined;
    readonly expectedWaitMs: number | null | undefined;
  }) => void;
}

/**
 * Waits for its turn for as long as `acquireTimeoutMs` allows; a broker that is restarted meanwhile is asked again.
 * @throws QaError POOL_EXHAUSTED when the time is over, and what the broker refuses for good.
 */
export async function acquireLease(
  broker: BrokerClient,
  request: LeaseRequest,
  watch: AcquireWatch,
): Promise<{ lease: Lease; payload: unknown }> {
  const endsAtMs = Date.now() + request.acquireTimeoutMs;
  let waiterId: string | undefined;
  for (let attempt = 0; ; attempt += 1) {
    const leftMs = Math.max(0, endsAtMs - Date.now());
    try {
      return await acquireOnce(broker, request, { leftMs, waiterId, signal: watch.signal });
    } catch (error) {
      if (!(error instanceof QaError) || !isWorthWaiting(error) || leftMs === 0) throw timedOut(error, request, leftMs);
      const { retryAfterMs, position, expectedWaitMs } = error.answer;
      waiterId = error.answer.waiterId ?? waiterId;
      watch.onWait({ position, expectedWaitMs });
      const pauseMs = retryAfterMs ?? PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0;
      await delay(Math.min(pauseMs, Math.max(0, endsAtMs - Date.now())), undefined, { signal: watch.signal });
    }
  }
}

interface Attempt {
  readonly leftMs: number;
  readonly waiterId: string | undefined;
  readonly signal: AbortSignal;
}

async function acquireOnce(broker: BrokerClient, request: LeaseRequest, { leftMs, waiterId, signal }: Attempt) {
  const { kind, ownerId, role, leaseTtlMs, heartbeatIntervalMs, excludeCredentialIds, quarantineOnExpiry } = request;
  const waitMs = Math.min(WAIT_MS, leftMs, broker.target.httpTimeoutMs - MARGIN_MS);
  const askedAtMs = Date.now();
  const body = {
    ...{ kind, ownerId, actorRole: role, leaseTtlMs, heartbeatIntervalMs, includeFence: true },
    ...(quarantineOnExpiry ? { quarantineOnExpiry } : {}),
    ...(excludeCredentialIds.length === 0 ? {} : { excludeCredentialIds }),
    ...(waitMs < 1 ? {} : { waitMs }),
    ...(waiterId === undefined ? {} : { waiterId }),
  };
  const reply = await broker.post({ path: "/acquire", body, signal }, acquireReplySchema);
  const lease: Lease = {
    ...{ kind, ownerId, actorRole: role, credentialId: reply.credentialId, leaseToken: new Secret(reply.leaseToken) },
    ...{ leaseTtlMs: reply.leaseTtlMs, heartbeatIntervalMs: reply.heartbeatIntervalMs },
    ...{ expiresAtMs: reply.expiresAtMs, mustEndAtMs: reply.mustEndAtMs, askedAtMs },
  };
  return { lease, payload: reply.payload };
}

function isWorthWaiting(error: QaError): boolean {
  return error.qaCode === "POOL_EXHAUSTED" || error.qaCode === "NO_CREDENTIAL_AVAILABLE" || error.isTransient;
}

function timedOut(error: unknown, { kind, acquireTimeoutMs }: LeaseRequest, leftMs: number): unknown {
  if (!(error instanceof QaError) || !isWorthWaiting(error) || leftMs > 0 || error.isTransient) return error;
  const message = `No credential of kind ${kind} became available within ${Math.round(acquireTimeoutMs / 1_000)} s.`;
  const cure = "`mosaic qa credentials status` says why; --timeout-ms waits longer.";
  return new QaError("POOL_EXHAUSTED", message, { cure });
}

const payloadSchema = z.record(z.string(), z.unknown());

/** The payload as a whole: `given` is it, or the marker of one that is read in chunks. @throws QaError INVALID_RESPONSE */
export async function readPayload(
  broker: BrokerClient,
  { lease, payload }: { readonly lease: Lease; readonly payload: unknown },
  limits: Pick<LeaseSettings, "payloadMaxLength" | "payloadMaxChunks"> & { readonly signal?: AbortSignal },
): Promise<Secret> {
  const marker = chunkMarkerSchema.safeParse(payload);
  if (!marker.success) return new Secret(JSON.stringify(payload));
  const { byteLength, chunkCount } = marker.data;
  if (byteLength > limits.payloadMaxLength || chunkCount > limits.payloadMaxChunks || chunkCount < 1) {
    throw new QaError("INVALID_RESPONSE", "The payload is longer than allowed.");
  }
  let text = "";
  for (let index = 0; index < chunkCount; index += 1) {
    const request = { path: "/payload-chunk", body: { ...proofOf(lease), index }, signal: limits.signal };
    const chunk = await broker.post(request, payloadChunkReplySchema);
    text += chunk.data;
  }
  if (text.length !== byteLength || !isObject(text)) {
    throw new QaError("INVALID_RESPONSE", "The chunks of the payload do not match the announced size.");
  }
  return new Secret(text);
}

function isObject(text: string): boolean {
  try {
    return payloadSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** One heartbeat, without a second try. @throws QaError */
export async function beat(
  broker: BrokerClient,
  lease: Lease,
  timeoutMs: number,
): Promise<{ readonly expiresAtMs?: number | undefined }> {
  const body = { ...proofOf(lease), leaseTtlMs: lease.leaseTtlMs, includeFence: true };
  return await broker.post({ path: "/heartbeat", body, timeoutMs }, heartbeatReplySchema);
}

export interface GiveBackOptions {
  /** The credential does not work: it is taken out of use. */
  readonly badBecause?: string | undefined;
  /** The run failed: the credential cools down if its kind says so. */
  readonly failed?: boolean | undefined;
}

/** Retries: a lease that is not released stays held until it expires. @throws QaError of the last attempt. */
export async function giveBack(
  broker: BrokerClient,
  lease: Lease,
  { badBecause, failed = false }: GiveBackOptions = {},
): Promise<void> {
  const released = ["/release", failed ? { failed } : {}] as const;
  const [path, extra] = badBecause === undefined ? released : (["/quarantine", { reason: badBecause }] as const);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await broker.post({ path, body: { ...proofOf(lease), ...extra } }, okReplySchema);
      return;
    } catch (error) {
      if (!(error instanceof QaError) || !error.isTransient || attempt >= RELEASE_ATTEMPTS) throw error;
      await delay(PAUSES_MS[attempt - 1]);
    }
  }
}

function proofOf({ kind, ownerId, actorRole, credentialId, leaseToken }: Lease): object {
  return { kind, ownerId, credentialId, leaseToken: leaseToken.reveal(), actorRole };
}
