// What happened to leases and credentials, for people and for checking; never a payload, never a token.
import {
  EVENT_RETENTION_BATCH,
  EVENT_RETENTION_DAYS,
  PROOF_REQUEST_RETENTION_DAYS,
  type BrokerActor,
  type BrokerRole,
  type CredentialAdminEventType,
  type LeaseEventType,
} from "../../contracts/leases/credential-lease.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { CLOCK, isUuid } from "./credential-sql.ts";

/** Who administers. `declaredId`: what the caller says of itself, kept beside the real actor. */
export interface CredentialAdmin {
  readonly actor: BrokerActor;
  readonly declaredId?: string | undefined;
}

export interface LeaseEvent {
  /** Rises in the order of what happened to one credential. */
  readonly id: number;
  readonly type: LeaseEventType;
  readonly occurredAtMs: number;
  readonly kind: string;
  readonly credentialId: string | null;
  readonly leaseId: string | null;
  readonly fence: number | null;
  readonly ownerId: string | null;
  readonly actorRole: BrokerRole | null;
  readonly actorId: string | null;
  /** When the lease ends or ended, as known at the event. */
  readonly expiresAtMs: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

interface LeaseEventRow extends Omit<LeaseEvent, "occurredAtMs" | "expiresAtMs"> {
  readonly occurredAt: Date;
  readonly expiresAt: Date | null;
}

export interface EventFilter {
  readonly kind?: string | undefined;
  readonly credentialId?: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listLeaseEvents(tx: GlobalTransaction, filter: EventFilter): Promise<LeaseEvent[]> {
  const { kind = null, credentialId = null, limit } = filter;
  if (credentialId !== null && !isUuid(credentialId)) return [];
  const rows = await tx.sql<LeaseEventRow>(
    `SELECT e.id, e.type, e.occurred_at AS "occurredAt", e.kind, e.credential_id AS "credentialId", e.lease_id AS "leaseId",
            e.fence, e.owner_id AS "ownerId", e.actor_role AS "actorRole", e.actor_id AS "actorId", e.expires_at AS "expiresAt",
            e.code, e.message
       FROM mosaic.credential_lease_events e
      WHERE ($1::text IS NULL OR e.kind = $1) AND ($2::uuid IS NULL OR e.credential_id = $2) ORDER BY e.id DESC LIMIT $3`,
    [kind, credentialId, limit],
  );
  return rows.map(({ occurredAt, expiresAt, ...event }) => ({
    ...event,
    occurredAtMs: occurredAt.getTime(),
    expiresAtMs: expiresAt?.getTime() ?? null,
  }));
}

export interface NewCredentialAdminEvent {
  readonly type: CredentialAdminEventType;
  readonly admin: CredentialAdmin;
  readonly kind?: string | undefined;
  readonly credentialId?: string | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

export async function appendCredentialAdminEvent(tx: GlobalTransaction, event: NewCredentialAdminEvent): Promise<void> {
  const { actor, declaredId } = event.admin;
  await tx.sql(
    `WITH ${CLOCK}
     INSERT INTO mosaic.credential_admin_events
            (type, occurred_at, actor_role, actor_id, declared_id, kind, credential_id, code, message)
     SELECT $1, clock.now, $2, $3, $4, $5, $6, $7, $8 FROM clock`,
    [
      ...[event.type, actor.role, actor.id, declaredId ?? null, event.kind ?? null, event.credentialId ?? null],
      ...[event.code ?? null, event.message ?? null],
    ],
  );
}

/** Removes up to EVENT_RETENTION_BATCH lease events past their time; resolves to how many. Roles worker and fleet. */
export const purgeLeaseEvents = (tx: GlobalTransaction): Promise<number> =>
  purge(tx, { table: "credential_lease_events", id: "id", time: "occurred_at", days: EVENT_RETENTION_DAYS.lease });

/** As `purgeLeaseEvents`, for admin events. */
export const purgeCredentialAdminEvents = (tx: GlobalTransaction): Promise<number> =>
  purge(tx, { table: "credential_admin_events", id: "id", time: "occurred_at", days: EVENT_RETENTION_DAYS.admin });

/** As `purgeLeaseEvents`, for the ids of requests that were served: after that an id would be served again. */
export const purgeProofRequests = (tx: GlobalTransaction): Promise<number> =>
  purge(tx, { table: "credential_proof_requests", id: "request_id", time: "claimed_at", days: PROOF_REQUEST_RETENTION_DAYS });

interface Kept {
  readonly table: string;
  readonly id: string;
  readonly time: string;
  readonly days: number;
}

async function purge(tx: GlobalTransaction, { table, id, time, days }: Kept): Promise<number> {
  const rows = await tx.sql(
    `DELETE FROM mosaic.${table} WHERE ${id} IN (
       SELECT ${id} FROM mosaic.${table} WHERE ${time} < mosaic.now() - make_interval(days => $1)
        ORDER BY ${time} LIMIT $2) RETURNING ${id}`,
    [days, EVENT_RETENTION_BATCH],
  );
  return rows.length;
}
