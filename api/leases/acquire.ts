// Acquire: the contract's answer at once, or for callers that ask, a wait in order of arrival.
import type { z } from "zod";
import type { acquireRequestSchema } from "../../contracts/leases/credential-broker.ts";
import { LEASE_LIMITS } from "../../contracts/leases/credential-lease.ts";
import type { Database } from "../../db/core/database.ts";
import { releaseLease } from "../../db/leases/credential-lease-calls.ts";
import { acquireLease, type AcquiredLease, type AcquireInput } from "../../db/leases/credential-leases.ts";
import { chunkMarker } from "../../domain/leases/credential-payload.ts";
import type { Reply } from "../http/define-route.ts";
import { ok, poolExhausted, refuse } from "./answers.ts";
import type { BrokerMetrics } from "./broker-metrics.ts";
import type { BrokerCall } from "./broker-route.ts";
import { refuseHeartbeatInterval, refuseTtl } from "./lease-limits.ts";
import type { WaitingRoom, WaitResult } from "./waiting-room.ts";

/** One may be lost, and the next still comes in time. */
const BEATS_PER_SHORTENED_TTL = 3;

type AcquireBody = z.output<typeof acquireRequestSchema>;

export interface AcquireDeps {
  readonly db: Database;
  readonly waitingRoom: WaitingRoom;
  readonly metrics: BrokerMetrics;
}

export function createAcquire(deps: AcquireDeps): (call: BrokerCall<AcquireBody>) => Promise<Reply> {
  return async ({ caller, body, context }) => {
    const leaseTtlMs = body.leaseTtlMs ?? LEASE_LIMITS.leaseTtlMs.default;
    const refused = refuseTtl(leaseTtlMs) ?? refuseHeartbeatInterval(heartbeatOf(body));
    if (refused !== null) return refused;
    const { kind, ownerId, requestId, excludeCredentialIds } = body;
    const input: AcquireInput = {
      ...{ kind, ownerId, actor: caller.actor, leaseTtlMs, requestId, excludeCredentialIds },
      quarantineOnExpiry: body.quarantineOnExpiry ?? false,
      recordsFailure: true,
    };
    const result = await attempt(deps, input, { body, clientGone: context.clientGone });
    switch (result.outcome) {
      case "leased":
        return leased(result.lease, body, leaseTtlMs);
      case "exhausted":
        return poolExhausted(kind);
      case "still_waiting":
        return poolExhausted(kind, result.facts);
      case "request_consumed":
        return refuse("REQUEST_ALREADY_CONSUMED", "A lease was already given for this requestId.");
    }
  };
}

interface Attempt {
  readonly body: AcquireBody;
  readonly clientGone: AbortSignal;
}

async function attempt(deps: AcquireDeps, input: AcquireInput, { body, clientGone }: Attempt): Promise<WaitResult> {
  const { waitMs, waiterId } = body;
  const result =
    waitMs === undefined
      ? await acquireLease(deps.db, input)
      : await deps.waitingRoom.acquire(input, { waitMs, waiterId, clientGone });
  if (result.outcome !== "leased") return result;
  const { waitedMs } = result.lease;
  if (waitedMs !== null) deps.metrics.observeWait(input.kind, waitedMs / 1000);
  if (clientGone.aborted) await takeBack(deps.db, input, result.lease);
  return result;
}

/** Nobody will ever learn of this lease: without this it would be held until its expiry. */
async function takeBack(db: Database, { kind, ownerId, actor }: AcquireInput, lease: AcquiredLease): Promise<void> {
  await releaseLease(db, { kind, ownerId, actor, credentialId: lease.credentialId, leaseToken: lease.leaseToken });
}

function heartbeatOf({ heartbeatIntervalMs }: AcquireBody): number {
  return heartbeatIntervalMs ?? LEASE_LIMITS.heartbeatIntervalMs.default;
}

function leased(lease: AcquiredLease, body: AcquireBody, askedTtlMs: number): Reply {
  const { credentialId, leaseToken, leaseTtlMs, fence, expiresAtMs, mustEndAtMs } = lease;
  const mustEnd = mustEndAtMs === null ? {} : { mustEndAtMs };
  return ok({
    ...{ credentialId, leaseToken: leaseToken.reveal(), payload: payloadOf(lease) },
    ...{ leaseTtlMs, heartbeatIntervalMs: fittingHeartbeat(lease, body, askedTtlMs) },
    ...(body.requestId === undefined ? {} : { requestId: body.requestId }),
    ...(body.includeFence === true ? { fence, expiresAtMs, ...mustEnd } : {}),
  });
}

/**
 * The requested interval, unless the kind shortened the lease: clients use the interval of the answer, and with the one they
 * chose for a longer lease their first heartbeat might come after the expiry.
 */
function fittingHeartbeat({ leaseTtlMs }: AcquiredLease, body: AcquireBody, askedTtlMs: number): number {
  const asked = heartbeatOf(body);
  return leaseTtlMs < askedTtlMs ? Math.min(asked, Math.floor(leaseTtlMs / BEATS_PER_SHORTENED_TTL)) : asked;
}

function payloadOf({ payload }: AcquiredLease): unknown {
  if (payload.form === "whole") return JSON.parse(payload.text.reveal());
  return chunkMarker(payload);
}
