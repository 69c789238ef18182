// A credential as everyone but the statements themselves sees it: without payload, token and hash.
import type { BrokerRole, CredentialStatus } from "../../contracts/leases/credential-lease.ts";
import type { Statements } from "../core/database.ts";
import type { QaCredentialRow } from "./qa-credential.ts";
import { isUuid } from "./credential-sql.ts";

export interface LeaseView {
  readonly leaseId: string;
  readonly ownerId: string;
  readonly actorRole: BrokerRole;
  readonly actorId: string;
  readonly acquiredAtMs: number;
  readonly heartbeatAtMs: number;
  readonly expiresAtMs: number;
  readonly mustEndAtMs: number | null;
  readonly quarantineOnExpiry: boolean;
  readonly expiryRecordedAtMs: number | null;
}

/** Never payload, token or hash. Times in milliseconds of the database's clock. */
export interface CredentialView {
  readonly credentialId: string;
  readonly kind: string;
  readonly status: CredentialStatus;
  readonly note: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** 0: never. */
  readonly lastLeasedAtMs: number;
  readonly fence: number;
  readonly quarantinedAtMs: number | null;
  readonly quarantineReason: string | null;
  readonly coolUntilMs: number | null;
  /** Also an expired one, until the credential is leased again or disabled. */
  readonly lease: LeaseView | null;
}

export type CredentialRow = Omit<QaCredentialRow, "leaseTokenHash">;

/** Of the row `c`, named as in CredentialRow. */
export const CREDENTIAL_COLUMNS = `
  c.id, c.kind, c.status, c.note, c.payload_revision AS "payloadRevision", c.payload_length AS "payloadLength",
  c.chunk_count AS "chunkCount", c.created_at AS "createdAt", c.updated_at AS "updatedAt", c.last_leased_at AS "lastLeasedAt",
  c.quarantined_at AS "quarantinedAt", c.quarantine_reason AS "quarantineReason", c.cool_until AS "coolUntil", c.fence,
  c.lease_id AS "leaseId", c.lease_owner_id AS "leaseOwnerId", c.lease_actor_role AS "leaseActorRole",
  c.lease_actor_id AS "leaseActorId", c.lease_acquired_at AS "leaseAcquiredAt", c.lease_heartbeat_at AS "leaseHeartbeatAt",
  c.lease_expires_at AS "leaseExpiresAt", c.lease_must_end_at AS "leaseMustEndAt",
  c.lease_quarantine_on_expiry AS "leaseQuarantineOnExpiry", c.lease_payload_revision AS "leasePayloadRevision",
  c.lease_chunk_count AS "leaseChunkCount", c.expiry_recorded_at AS "expiryRecordedAt"`;

export function toCredentialView(row: CredentialRow): CredentialView {
  return {
    credentialId: row.id,
    kind: row.kind,
    status: row.status,
    note: row.note,
    createdAtMs: row.createdAt.getTime(),
    updatedAtMs: row.updatedAt.getTime(),
    lastLeasedAtMs: row.lastLeasedAt.getTime(),
    fence: row.fence,
    quarantinedAtMs: row.quarantinedAt?.getTime() ?? null,
    quarantineReason: row.quarantineReason,
    coolUntilMs: row.coolUntil?.getTime() ?? null,
    lease: leaseOf(row),
  };
}

function leaseOf(row: CredentialRow): LeaseView | null {
  const { leaseId, leaseOwnerId, leaseActorRole, leaseActorId, leaseAcquiredAt, leaseHeartbeatAt, leaseExpiresAt } = row;
  // They are there all or none: a constraint of the table.
  if (leaseId === null || leaseOwnerId === null || leaseActorRole === null || leaseActorId === null) return null;
  if (leaseAcquiredAt === null || leaseHeartbeatAt === null || leaseExpiresAt === null) return null;
  return {
    leaseId,
    ownerId: leaseOwnerId,
    actorRole: leaseActorRole,
    actorId: leaseActorId,
    acquiredAtMs: leaseAcquiredAt.getTime(),
    heartbeatAtMs: leaseHeartbeatAt.getTime(),
    expiresAtMs: leaseExpiresAt.getTime(),
    mustEndAtMs: row.leaseMustEndAt?.getTime() ?? null,
    quarantineOnExpiry: row.leaseQuarantineOnExpiry,
    expiryRecordedAtMs: row.expiryRecordedAt?.getTime() ?? null,
  };
}

/** Null when there is no such credential. `locks`: until the transaction ends nobody else changes it. */
export async function getCredential(
  tx: Statements,
  credentialId: string,
  options: { readonly locks?: boolean } = {},
): Promise<CredentialView | null> {
  if (!isUuid(credentialId)) return null;
  const lock = options.locks === true ? "FOR UPDATE" : "";
  const [row] = await tx.sql<CredentialRow>(
    `SELECT ${CREDENTIAL_COLUMNS} FROM mosaic.qa_credentials c WHERE c.id = $1 ${lock}`,
    [credentialId],
  );
  return row === undefined ? null : toCredentialView(row);
}
