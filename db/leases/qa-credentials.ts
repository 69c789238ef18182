// Credentials for CI: added, listed, disabled, enabled. Payloads: credential-payloads.ts; leases: credential-leases.ts.
import { randomUUID } from "node:crypto";
import { CREDENTIAL_CHANNEL } from "../../contracts/core/channels.ts";
import type { LeaseRefusal } from "../../contracts/leases/credential-broker.ts";
import type { CredentialStatus } from "../../contracts/leases/credential-lease.ts";
import { refuseRemoval } from "../../domain/leases/credential-lease-policy.ts";
import { chunksOf } from "../../domain/leases/credential-payload.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { appendCredentialAdminEvent, type CredentialAdmin } from "./credential-events.ts";
import { settleLease } from "./credential-expiry.ts";
import { insertPayload } from "./credential-payloads.ts";
import { CLOCK, COOL_DOWN, isUuid, NO_LEASE, type Guarded } from "./credential-sql.ts";
import {
  CREDENTIAL_COLUMNS,
  getCredential,
  toCredentialView,
  type CredentialRow,
  type CredentialView,
} from "./credential-view.ts";
import { tellLease } from "./lease-outbox.ts";

export interface NewCredential {
  readonly kind: string;
  /** As domain/leases/credential-payload.ts makes it. */
  readonly payloadText: string;
  readonly note: string | undefined;
  readonly status: CredentialStatus;
  readonly admin: CredentialAdmin;
}

export async function addCredential(tx: GlobalTransaction, input: NewCredential): Promise<CredentialView> {
  const { kind, payloadText, note, status, admin } = input;
  const credentialId = randomUUID();
  const [row] = await tx.sql<CredentialRow>(
    `WITH ${CLOCK}
     INSERT INTO mosaic.qa_credentials AS c
            (id, kind, status, note, payload_length, chunk_count, created_at, updated_at, last_leased_at)
     SELECT $1, $2, $3, $4, $5, $6, clock.now, clock.now, 'epoch' FROM clock
     RETURNING ${CREDENTIAL_COLUMNS}`,
    [credentialId, kind, status, note ?? null, payloadText.length, chunksOf(payloadText).length],
  );
  if (row === undefined) throw new Error("INSERT … RETURNING gave no row");
  await insertPayload(tx, { credentialId, revision: row.payloadRevision }, payloadText);
  await appendCredentialAdminEvent(tx, { type: "add", admin, credentialId, kind });
  await tellWaiters(tx, kind);
  return toCredentialView(row);
}

export interface CredentialFilter {
  readonly kind?: string | undefined;
  readonly status: CredentialStatus | "all";
  readonly limit: number;
}

/** By kind, active before disabled, latest change first, id. */
export async function listCredentials(tx: GlobalTransaction, filter: CredentialFilter): Promise<CredentialView[]> {
  const rows = await tx.sql<CredentialRow>(
    `SELECT ${CREDENTIAL_COLUMNS} FROM mosaic.qa_credentials c
      WHERE ($1::text IS NULL OR c.kind = $1) AND ($2 = 'all' OR c.status = $2)
      ORDER BY c.kind COLLATE "C", c.status COLLATE "C", c.updated_at DESC, c.id LIMIT $3`,
    [filter.kind ?? null, filter.status, filter.limit],
  );
  return rows.map(toCredentialView);
}

export interface CredentialChange {
  readonly credentialId: string;
  readonly admin: CredentialAdmin;
  readonly reason?: string | undefined;
}
export type ChangedCredential = Guarded<{ readonly changed: boolean; readonly credential: CredentialView }>;

/** Soft: disables. Refused: CREDENTIAL_NOT_FOUND, LEASE_ACTIVE; both leave an admin event `disable_failed`. */
export async function removeCredential(tx: GlobalTransaction, change: CredentialChange): Promise<ChangedCredential> {
  const found = await getCredential(tx, change.credentialId, { locks: true });
  const refusal = refuseRemoval(found === null ? null : factsOf(found, await clockOf(tx)));
  if (found === null || refusal !== null) {
    const code = refusal ?? "CREDENTIAL_NOT_FOUND";
    await trace(tx, change, { type: "disable_failed", kind: found?.kind, code });
    return { ok: false, refusal: code };
  }
  if (found.status === "disabled") return { ok: true, value: { changed: false, credential: found } };
  const credential = await update(tx, await settled(tx, found), `status = 'disabled', ${NO_LEASE}`);
  await trace(tx, change, { type: "disable", kind: found.kind });
  return { ok: true, value: { changed: true, credential } };
}

/**
 * Active again; quarantine and cool-down are forgotten, also those of an expiry that nobody recorded before. Refused:
 * CREDENTIAL_NOT_FOUND.
 */
export async function enableCredential(tx: GlobalTransaction, change: CredentialChange): Promise<ChangedCredential> {
  const locked = await getCredential(tx, change.credentialId, { locks: true });
  if (locked === null) return { ok: false, refusal: "CREDENTIAL_NOT_FOUND" };
  const found = await settled(tx, locked);
  if (found.status === "active" && found.coolUntilMs === null)
    return { ok: true, value: { changed: false, credential: found } };
  const credential = await update(
    tx,
    found,
    "status = 'active', quarantined_at = NULL, quarantine_reason = NULL, cool_until = NULL",
  );
  await trace(tx, change, { type: "enable", kind: found.kind });
  await tellWaiters(tx, found.kind);
  return { ok: true, value: { changed: true, credential } };
}

/** Takes a lease away from its holder, expired or not; the kind's cool-down begins. Refused: CREDENTIAL_NOT_FOUND. */
export async function forceRelease(tx: GlobalTransaction, change: CredentialChange): Promise<ChangedCredential> {
  const locked = await getCredential(tx, change.credentialId, { locks: true });
  if (locked === null) return { ok: false, refusal: "CREDENTIAL_NOT_FOUND" };
  if (locked.lease === null) return { ok: true, value: { changed: false, credential: locked } };
  const found = await settled(tx, locked);
  const credential = await update(tx, found, `cool_until = clock.now + ${COOL_DOWN}, ${NO_LEASE}`);
  await traceForcedRelease(tx, { before: found, after: credential, change });
  await trace(tx, change, { type: "force_release", kind: found.kind });
  await tellWaiters(tx, found.kind);
  return { ok: true, value: { changed: true, credential } };
}

/** The credential after the end of its lease was recorded, if that is over. For a row that this transaction has locked. */
async function settled(tx: GlobalTransaction, found: CredentialView): Promise<CredentialView> {
  const { credentialId, lease } = found;
  if (lease === null || lease.expiryRecordedAtMs !== null) return found;
  await settleLease(tx, { credentialId, leaseId: lease.leaseId });
  return (await getCredential(tx, credentialId)) ?? found;
}

/** For a row that this transaction has locked. */
async function update(tx: GlobalTransaction, found: CredentialView, assignments: string): Promise<CredentialView> {
  const [row] = await tx.sql<CredentialRow>(
    `WITH ${CLOCK} UPDATE mosaic.qa_credentials c SET updated_at = clock.now, ${assignments} FROM clock
      WHERE c.id = $1 RETURNING ${CREDENTIAL_COLUMNS}`,
    [found.credentialId],
  );
  if (row === undefined) throw new Error("the row is locked and cannot be gone");
  return toCredentialView(row);
}

interface ForcedRelease {
  readonly before: CredentialView;
  readonly after: CredentialView;
  readonly change: CredentialChange;
}

async function traceForcedRelease(tx: GlobalTransaction, { before, after, change }: ForcedRelease): Promise<void> {
  const { lease, credentialId, kind, fence } = before;
  if (lease === null) return;
  await tx.sql(
    `INSERT INTO mosaic.credential_lease_events
            (type, occurred_at, kind, credential_id, lease_id, fence, owner_id, actor_role, actor_id, expires_at, message)
     VALUES ('force_release', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[new Date(after.updatedAtMs), kind, credentialId, lease.leaseId, fence, lease.ownerId],
      ...[change.admin.actor.role, change.admin.actor.id, new Date(lease.expiresAtMs), change.reason ?? null],
    ],
  );
  const { coolUntilMs } = after;
  await tellLease(tx, { topic: "credential-lease.ended", leaseId: lease.leaseId, how: "force_released", coolUntilMs });
}

interface ChangeEvent {
  readonly type: "disable" | "disable_failed" | "enable" | "force_release";
  readonly kind: string | undefined;
  readonly code?: LeaseRefusal;
}

async function trace(tx: GlobalTransaction, change: CredentialChange, event: ChangeEvent): Promise<void> {
  const { admin, credentialId, reason: message } = change;
  await appendCredentialAdminEvent(tx, { ...event, admin, message, ...(isUuid(credentialId) ? { credentialId } : {}) });
}

async function tellWaiters(tx: GlobalTransaction, kind: string): Promise<void> {
  await tx.sql("SELECT pg_notify($1, $2)", [CREDENTIAL_CHANNEL, kind]);
}

async function clockOf(tx: GlobalTransaction): Promise<number> {
  const [row] = await tx.sql<{ now: Date }>(`WITH ${CLOCK} SELECT now FROM clock`);
  return row?.now.getTime() ?? 0;
}

function factsOf(found: CredentialView, nowMs: number) {
  const { kind, status, lease } = found;
  if (lease === null) return { nowMs, kind, status, lease };
  return { nowMs, kind, status, lease: { ...lease, tokenFits: false, expiryRecorded: lease.expiryRecordedAtMs !== null } };
}
