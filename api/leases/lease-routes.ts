// The broker's routes for those who lease: acquire, heartbeat, release, payload chunks, quarantine, pool status.
import {
  acquireReplySchema,
  acquireRequestSchema,
  heartbeatReplySchema,
  heartbeatRequestSchema,
  okReplySchema,
  payloadChunkReplySchema,
  payloadChunkRequestSchema,
  poolStatusReplySchema,
  poolStatusRequestSchema,
  quarantineRequestSchema,
  releaseRequestSchema,
} from "../../contracts/leases/credential-broker.ts";
import { LEASE_LIMITS } from "../../contracts/leases/credential-lease.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { Database } from "../../db/core/database.ts";
import {
  heartbeatLease,
  quarantineCredential,
  readLeasedChunk,
  releaseLease,
  type LeaseClaim,
} from "../../db/leases/credential-lease-calls.ts";
import { poolStatus } from "../../db/leases/credential-kinds.ts";
import type { Guarded } from "../../db/leases/credential-sql.ts";
import { createAcquire } from "./acquire.ts";
import { answerGuarded, ok } from "./answers.ts";
import type { BrokerMetrics } from "./broker-metrics.ts";
import { brokerRoute, type BrokerCall, type BrokerRouteDeps } from "./broker-route.ts";
import { refuseTtl } from "./lease-limits.ts";
import type { WaitingRoom } from "./waiting-room.ts";
import type { Reply, Route } from "../http/define-route.ts";

export interface LeaseRouteDeps extends BrokerRouteDeps {
  readonly db: Database;
  readonly waitingRoom: WaitingRoom;
  readonly metrics: BrokerMetrics;
}

const CLAIMANT = { kind: "telegram", ownerId: "qa-lab-ci-11976-2d63f2f1", actorRole: "ci" };
const HOLDER = {
  ...CLAIMANT,
  credentialId: "1c1f2a52-6b0d-4f0e-9a53-0d5a3c2f9a11",
  leaseToken: "410b24c7-9a31-4d0c-8f4e-5a0f5a3c2b10",
};

export function createCredentialLeaseRoutes(deps: LeaseRouteDeps): readonly Route[] {
  const { db } = deps;
  return [
    brokerRoute(deps, {
      path: "/acquire",
      operationId: "acquireCredentialLease",
      summary: "Lease the least recently used credential of a kind; waitMs queues for one",
      audience: "lease",
      body: acquireRequestSchema,
      bodyExample: { ...CLAIMANT, leaseTtlMs: 1_200_000, heartbeatIntervalMs: 30_000 },
      reply: acquireReplySchema,
      handler: createAcquire(deps),
    }),
    brokerRoute(deps, {
      path: "/heartbeat",
      operationId: "heartbeatCredentialLease",
      summary: "Renew a lease (heartbeat)",
      audience: "lease",
      body: heartbeatRequestSchema,
      bodyExample: { ...HOLDER, leaseTtlMs: 1_200_000 },
      reply: heartbeatReplySchema,
      isPatient: true,
      handler: async (call) => {
        const leaseTtlMs = call.body.leaseTtlMs ?? LEASE_LIMITS.leaseTtlMs.default;
        const refused = refuseTtl(leaseTtlMs);
        if (refused !== null) return refused;
        const result = await heartbeatLease(db, { ...claimOf(call), leaseTtlMs });
        return answerGuarded(result, ({ fence, expiresAtMs }) =>
          call.body.includeFence === true ? { fence, expiresAtMs } : {},
        );
      },
    }),
    brokerRoute(deps, {
      path: "/release",
      operationId: "releaseCredentialLease",
      summary: "Release a lease; idempotent",
      audience: "lease",
      body: releaseRequestSchema,
      bodyExample: HOLDER,
      reply: okReplySchema,
      isPatient: true,
      handler: async (call) => {
        const { kind, failed } = call.body;
        return answerEnded(deps, kind, await releaseLease(db, { ...claimOf(call), failed }));
      },
    }),
    createChunkRoute(deps),
    createQuarantineRoute(deps),
    createStatusRoute(deps),
  ];
}

/** `heldMs` null: there was no lease any more, and so nothing ended. */
function answerEnded({ metrics }: LeaseRouteDeps, kind: string, result: Guarded<{ readonly heldMs: number | null }>): Reply {
  if (result.ok && result.value.heldMs !== null) metrics.observeHold(kind, result.value.heldMs / 1000);
  return answerGuarded(result, () => ({}));
}

/** Event and audit row of a read are the repository's: they are written with the look at the lease. */
function createChunkRoute(deps: LeaseRouteDeps): Route {
  return brokerRoute(deps, {
    path: "/payload-chunk",
    operationId: "readCredentialPayloadChunk",
    summary: "Read one chunk of a leased payload that is too long for the acquire response",
    audience: "lease",
    body: payloadChunkRequestSchema,
    bodyExample: { ...HOLDER, index: 0 },
    reply: payloadChunkReplySchema,
    handler: async (call) => {
      const { index } = call.body;
      const { remoteAddress, requestId } = call.context;
      const result = await readLeasedChunk(deps.db, { ...claimOf(call), index, remoteAddress, requestId });
      return answerGuarded(result, ({ data }) => ({ index, data: data.reveal() }));
    },
  });
}

function createQuarantineRoute(deps: LeaseRouteDeps): Route {
  return brokerRoute(deps, {
    path: "/quarantine",
    operationId: "quarantineCredential",
    summary: "Quarantine a leased credential and end the lease",
    audience: "lease",
    body: quarantineRequestSchema,
    bodyExample: { ...HOLDER, reason: "logged out by the provider" },
    reply: okReplySchema,
    handler: async (call) => {
      const { kind, reason } = call.body;
      return answerEnded(deps, kind, await quarantineCredential(deps.db, { ...claimOf(call), reason }));
    },
  });
}

/** Ours. It names no owner and no credential, so that either role may ask. */
function createStatusRoute(deps: LeaseRouteDeps): Route {
  return brokerRoute(deps, {
    path: "/status",
    operationId: "getCredentialPoolStatus",
    summary: "Read pool usage, exhaustion reasons and the next lease expiry",
    audience: "any",
    body: poolStatusRequestSchema,
    bodyExample: { kind: "telegram" },
    reply: poolStatusReplySchema,
    handler: async ({ caller, body }) => {
      const pools = await deps.db.globally((tx) => poolStatus(tx, body.kind));
      return ok({ pools: pools.filter(({ kind }) => caller.kinds?.includes(kind) ?? true) });
    },
  });
}

interface Holder {
  readonly kind: string;
  readonly ownerId: string;
  readonly credentialId: string;
  readonly leaseToken: string;
}

function claimOf({ caller, body }: BrokerCall<Holder>): LeaseClaim {
  const { kind, ownerId, credentialId, leaseToken } = body;
  return { kind, ownerId, credentialId, leaseToken: new Secret(leaseToken), actor: caller.actor };
}
