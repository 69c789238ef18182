// Acquiring a lease: one statement, least recently leased first, locked rows skipped, behind those who wait.
import { randomUUID } from "node:crypto";
import { CREDENTIAL_CHANNEL, OUTBOX_CHANNEL } from "../../contracts/core/channels.ts";
import type { BrokerActor } from "../../contracts/leases/credential-lease.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { Database, Statements } from "../core/database.ts";
import { isUniqueViolation } from "../core/database-error.ts";
import { ACQUIRE_STATEMENT } from "./credential-acquire-sql.ts";
import { openChunk } from "./credential-payloads.ts";
import { asIds, isUuid } from "./credential-sql.ts";

export interface AcquireInput {
  readonly kind: string;
  readonly ownerId: string;
  readonly actor: BrokerActor;
  /** Within LEASE_LIMITS; shortened to the kind's longest TTL. */
  readonly leaseTtlMs: number;
  readonly quarantineOnExpiry: boolean;
  readonly requestId?: string | undefined;
  readonly excludeCredentialIds: readonly string[];
  /** Of credential-waiters: serves this waiter in its turn and takes it out of the queue. Without it: behind all of them. */
  readonly waiterId?: string | undefined;
  /** Leaves an event `acquire_failed` when nothing is free; a waiter leaves one at its last attempt only. */
  readonly recordsFailure: boolean;
}

export interface AcquiredLease {
  readonly credentialId: string;
  readonly leaseId: string;
  readonly leaseToken: Secret;
  /** Rises with every lease of the credential. */
  readonly fence: number;
  /** As granted: the kind may allow less than requested. */
  readonly leaseTtlMs: number;
  readonly expiresAtMs: number;
  /** Where the kind limits how long a lease lives; null: it does not. */
  readonly mustEndAtMs: number | null;
  /** How long the waiter had waited, all its requests together; null: it did not wait. */
  readonly waitedMs: number | null;
  readonly payload:
    | { readonly form: "whole"; readonly text: Secret }
    | { readonly form: "chunked"; readonly byteLength: number; readonly chunkCount: number };
}

export type AcquireResult =
  | { readonly outcome: "leased"; readonly lease: AcquiredLease }
  /** Nothing is free, or others are first: see `explainExhaustion`. */
  | { readonly outcome: "exhausted" }
  | { readonly outcome: "request_consumed" };

interface AcquireRow {
  readonly needsLock: boolean;
  readonly consumed: boolean;
  readonly credentialId: string | null;
  readonly fence: number;
  readonly leaseTtlMs: number;
  readonly expiresAt: Date;
  readonly mustEndAt: Date | null;
  readonly waitedMs: number | null;
  readonly revision: number;
  readonly byteLength: number;
  readonly chunkCount: number;
  readonly sealed: string | null;
}

interface Leased extends AcquireRow {
  readonly credentialId: string;
}

/**
 * Role api. Never two unexpired leases of one credential; at the very moment of expiry either the holder or the one who
 * acquires, not both. A kind with a limit of leases is served one acquire at a time, for a count is no row to lock.
 */
export async function acquireLease(database: Database, input: AcquireInput): Promise<AcquireResult> {
  const result = await attemptAcquire(database, input);
  if (result.outcome !== "leased") return result;
  database.ring(OUTBOX_CHANNEL, "");
  // A waiter was served: for those behind it there may be more.
  if (result.lease.waitedMs !== null) database.ring(CREDENTIAL_CHANNEL, input.kind);
  return result;
}

async function attemptAcquire(database: Database, input: AcquireInput): Promise<AcquireResult> {
  const attempt = { input, leaseId: randomUUID(), token: new Secret(randomUUID()) };
  try {
    const row = await runAcquire(database.autocommit, attempt, false);
    if (!row.needsLock) return await resultOf(database.autocommit, attempt, row);
    return await database.globally(async (tx) => {
      await tx.sql("SELECT pg_advisory_xact_lock(hashtextextended('credential-limit:' || $1, 0))", [input.kind]);
      return resultOf(tx, attempt, await runAcquire(tx, attempt, true));
    });
  } catch (error) {
    // Two requests with one id at the same moment: the table's key lets one of them.
    if (isUniqueViolation(error)) return { outcome: "request_consumed" };
    throw error;
  }
}

interface Attempt {
  readonly input: AcquireInput;
  readonly leaseId: string;
  readonly token: Secret;
}

async function runAcquire(db: Statements, attempt: Attempt, isLocked: boolean): Promise<AcquireRow> {
  const { input, leaseId, token } = attempt;
  const [row] = await db.sql<AcquireRow>(ACQUIRE_STATEMENT, [
    ...[input.kind, input.ownerId, input.actor.role, input.actor.id, leaseId, db.tokens.hash(token)],
    ...[input.leaseTtlMs, input.quarantineOnExpiry, input.requestId ?? null, asIds(input.excludeCredentialIds)],
    ...[input.waiterId !== undefined && isUuid(input.waiterId) ? input.waiterId : null, input.recordsFailure, isLocked],
  ]);
  if (row === undefined) throw new Error("the statement gives one row always");
  return row;
}

async function resultOf(db: Statements, attempt: Attempt, row: AcquireRow): Promise<AcquireResult> {
  if (!isLeased(row)) return { outcome: row.consumed ? "request_consumed" : "exhausted" };
  const lease = {
    credentialId: row.credentialId,
    leaseId: attempt.leaseId,
    leaseToken: attempt.token,
    fence: row.fence,
    leaseTtlMs: row.leaseTtlMs,
    expiresAtMs: row.expiresAt.getTime(),
    mustEndAtMs: row.mustEndAt?.getTime() ?? null,
    waitedMs: row.waitedMs,
    payload: await payloadOf(db, row),
  };
  return { outcome: "leased", lease };
}

function isLeased(row: AcquireRow): row is Leased {
  return row.credentialId !== null;
}

async function payloadOf(db: Statements, row: Leased): Promise<AcquiredLease["payload"]> {
  const { credentialId, revision, byteLength, chunkCount } = row;
  if (chunkCount > 1) return { form: "chunked", byteLength, chunkCount };
  // Replaced between the statement's snapshot and its lock: the row is the new one, its chunk could not be seen yet.
  const sealed = row.sealed ?? (await readSealed(db, credentialId, revision));
  return { form: "whole", text: openChunk(db.secrets, { credentialId, revision, index: 0, sealed }) };
}

async function readSealed(db: Statements, credentialId: string, revision: number): Promise<string> {
  const [chunk] = await db.sql<{ sealed: string }>(
    "SELECT sealed FROM mosaic.qa_credential_payload_chunks WHERE credential_id = $1 AND revision = $2 AND chunk_index = 0",
    [credentialId, revision],
  );
  if (chunk === undefined) throw new Error("a credential has no payload");
  return chunk.sealed;
}
