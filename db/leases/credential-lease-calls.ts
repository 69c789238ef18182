// What the holder of a lease may do: heartbeat, release, quarantine, read a chunk. Single guarded statements.
import { CREDENTIAL_CHANNEL, OUTBOX_CHANNEL } from "../../contracts/core/channels.ts";
import type { BrokerActor, BrokerRole, CredentialStatus } from "../../contracts/leases/credential-lease.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import {
  refuseChunk,
  refuseLeaseCall,
  type CredentialFacts,
  type LeaseCall,
} from "../../domain/leases/credential-lease-policy.ts";
import type { Database, Statements } from "../core/database.ts";
import { CHUNK_STATEMENT, HEARTBEAT_STATEMENT, QUARANTINE_STATEMENT, RELEASE_STATEMENT } from "./credential-lease-calls-sql.ts";
import { openChunk } from "./credential-payloads.ts";
import { isUuid } from "./credential-sql.ts";
import type { Guarded } from "./credential-sql.ts";

/** What a holder shows. The actor's role must be the lease's. */
export interface LeaseClaim {
  readonly credentialId: string;
  readonly kind: string;
  readonly ownerId: string;
  readonly leaseToken: Secret;
  readonly actor: BrokerActor;
}

/** How often a statement is run again because the row changed between its snapshot and its lock. */
const ATTEMPTS = 8;

interface FactsRow {
  readonly applied: boolean;
  readonly now: Date;
  readonly kind: string | null;
  readonly status: CredentialStatus;
  readonly leaseId: string | null;
  readonly ownerId: string;
  readonly actorRole: BrokerRole;
  readonly tokenFits: boolean;
  readonly leaseExpiresAt: Date;
  readonly expiryRecorded: boolean;
}

interface HeartbeatRow extends FactsRow {
  /** It brought the expiry forward. */
  readonly shortened: boolean;
  readonly newExpiresAt: Date;
  readonly fence: number;
}

/** `leaseTtlMs` is the request's or the contract's default, never the acquire's. May be made twice. */
export async function heartbeatLease(
  database: Database,
  claim: LeaseClaim & { readonly leaseTtlMs: number },
): Promise<Guarded<{ readonly expiresAtMs: number; readonly fence: number }>> {
  const call = { name: "heartbeat", statement: HEARTBEAT_STATEMENT, more: [claim.leaseTtlMs] } as const;
  const done = await guarded<HeartbeatRow>(database.autocommit, claim, call);
  if (!done.ok) return done;
  if (done.value.shortened) ringForLease(database, claim.kind);
  return { ok: true, value: { expiresAtMs: done.value.newExpiresAt.getTime(), fence: done.value.fence } };
}

interface EndedRow extends FactsRow {
  readonly heldMs: number | null;
}

/**
 * Succeeds also if the lease is gone or has expired, so it can be repeated. `failed`: the run failed, so the credential cools
 * down if its kind says so. `heldMs`: how long the lease lasted; null if there was none.
 */
export async function releaseLease(
  database: Database,
  claim: LeaseClaim & { readonly failed?: boolean | undefined },
): Promise<Guarded<{ readonly released: boolean; readonly heldMs: number | null }>> {
  const call = { name: "release", statement: RELEASE_STATEMENT, more: [claim.failed === true] } as const;
  const done = await guarded<EndedRow>(database.autocommit, claim, call);
  if (!done.ok) return done;
  if (done.value.applied) ringForLease(database, claim.kind);
  return { ok: true, value: { released: done.value.applied, heldMs: done.value.heldMs } };
}

/** Takes the credential out of the pool and ends the lease. */
export async function quarantineCredential(
  database: Database,
  claim: LeaseClaim & { readonly reason?: string | undefined },
): Promise<Guarded<{ readonly heldMs: number | null }>> {
  const call = { name: "quarantine", statement: QUARANTINE_STATEMENT, more: [claim.reason ?? null] } as const;
  const done = await guarded<EndedRow>(database.autocommit, claim, call);
  if (!done.ok) return done;
  ringForLease(database, claim.kind);
  return { ok: true, value: { heldMs: done.value.heldMs } };
}

/** The relay has a message, and those who wait for the kind have another moment to wait for, or their turn. */
function ringForLease(database: Database, kind: string): void {
  database.ring(OUTBOX_CHANNEL, "");
  database.ring(CREDENTIAL_CHANNEL, kind);
}

interface ChunkRow extends FactsRow {
  readonly revision: number;
  readonly chunkCount: number;
  readonly sealed: string | null;
}

export interface ChunkClaim extends LeaseClaim {
  readonly index: number;
  /** For the audit trail. */
  readonly remoteAddress?: string;
  readonly requestId?: string;
}

/**
 * Of the payload as it was when the lease began. Leaves an event `payload_read`, and with the first chunk of a lease a row
 * in the audit trail, which is kept longer.
 */
export async function readLeasedChunk(database: Database, claim: ChunkClaim): Promise<Guarded<{ readonly data: Secret }>> {
  const more = [claim.index, claim.remoteAddress ?? null, claim.requestId ?? null];
  const call = { name: "readChunk", statement: CHUNK_STATEMENT, more } as const;
  const read = await guarded<ChunkRow>(database.autocommit, claim, call);
  if (!read.ok) return read;
  const { revision, chunkCount, sealed } = read.value;
  const refusal = refuseChunk({ index: claim.index, chunkCount, isStored: sealed !== null });
  if (refusal !== null || sealed === null) return { ok: false, refusal: refusal ?? "PAYLOAD_CHUNK_MISSING" };
  const place = { credentialId: claim.credentialId.toLowerCase(), revision, index: claim.index, sealed };
  return { ok: true, value: { data: openChunk(database.secrets, place) } };
}

interface Call {
  readonly name: LeaseCall;
  readonly statement: string;
  readonly more: readonly unknown[];
}

/**
 * The statement changes the row by its newest version, but tells what it saw in its snapshot. When these disagree someone
 * changed the row in between, and the statement is run again.
 */
async function guarded<Row extends FactsRow>(db: Statements, claim: LeaseClaim, call: Call): Promise<Guarded<Row>> {
  if (!isUuid(claim.credentialId)) return { ok: false, refusal: "CREDENTIAL_NOT_FOUND" };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const [row] = await db.sql<Row>(call.statement, [
      ...[claim.credentialId, claim.kind, claim.ownerId, claim.actor.role],
      ...[db.tokens.candidates(claim.leaseToken), claim.actor.id, ...call.more],
    ]);
    if (row === undefined) throw new Error("the statement gives one row always");
    if (row.applied) return { ok: true, value: row };
    const refusal = refuseLeaseCall(call.name, factsOf(row), { ...claim, actorRole: claim.actor.role });
    if (refusal !== null) return { ok: false, refusal };
    if (call.name === "release" && row.leaseId === null) return { ok: true, value: row };
  }
  throw new Error(`${call.name}: the credential kept changing`);
}

function factsOf(row: FactsRow): CredentialFacts | null {
  if (row.kind === null) return null;
  const lease =
    row.leaseId === null
      ? null
      : {
          ownerId: row.ownerId,
          actorRole: row.actorRole,
          tokenFits: row.tokenFits,
          expiresAtMs: row.leaseExpiresAt.getTime(),
          expiryRecorded: row.expiryRecorded,
        };
  return { nowMs: row.now.getTime(), kind: row.kind, status: row.status, lease };
}
