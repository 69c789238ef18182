// What happened to leases and credentials, for people and for checking; never a payload, never a token.
import type { BrokerRole, CredentialAdminEventType, LeaseEventType } from "../../contracts/credential-lease.ts";
import type { GlobalTransaction } from "../database.ts";
import type { CredentialAdmin } from "./qa-credentials.ts";

export interface LeaseEvent {
  /** The order of statements that changed one credential; rises. */
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

export interface EventFilter {
  readonly kind?: string | undefined;
  readonly credentialId?: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listLeaseEvents(_tx: GlobalTransaction, _filter: EventFilter): Promise<LeaseEvent[]> {
  throw new Error("not yet");
}

export interface NewCredentialAdminEvent {
  readonly type: CredentialAdminEventType;
  readonly admin: CredentialAdmin;
  readonly kind?: string | undefined;
  readonly credentialId?: string | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

export async function appendCredentialAdminEvent(_tx: GlobalTransaction, _event: NewCredentialAdminEvent): Promise<void> {
  throw new Error("not yet");
}

/** Removes up to EVENT_RETENTION_BATCH lease events past their time; resolves to how many. Roles worker and fleet. */
export async function purgeLeaseEvents(_tx: GlobalTransaction): Promise<number> {
  throw new Error("not yet");
}

/** As `purgeLeaseEvents`, for admin events. */
export async function purgeCredentialAdminEvents(_tx: GlobalTransaction): Promise<number> {
  throw new Error("not yet");
}
