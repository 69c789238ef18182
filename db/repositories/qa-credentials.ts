// Credentials for CI: added, listed, disabled, enabled. Payloads: credential-payloads.ts; leases: credential-leases.ts.
import type { LeaseRefusal } from "../../contracts/credential-broker.ts";
import type { BrokerActor, BrokerRole, CredentialStatus } from "../../contracts/credential-lease.ts";
import type { GlobalTransaction } from "../database.ts";

/** A guarded change: done, or refused by the rules of domain/credential-lease-policy.ts with nothing changed. */
export type Guarded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: LeaseRefusal };

/** Who administers. `declaredId`: what the caller says of itself, kept beside the real actor. */
export interface CredentialAdmin {
  readonly actor: BrokerActor;
  readonly declaredId?: string | undefined;
}

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

export interface NewCredential {
  readonly kind: string;
  /** As domain/credential-payload.ts serialises it. */
  readonly payloadText: string;
  readonly note: string | undefined;
  readonly status: CredentialStatus;
  readonly admin: CredentialAdmin;
}

export async function addCredential(_tx: GlobalTransaction, _input: NewCredential): Promise<CredentialView> {
  throw new Error("not yet");
}

export interface CredentialFilter {
  readonly kind?: string | undefined;
  readonly status: CredentialStatus | "all";
  readonly limit: number;
}

/** By kind, active before disabled, latest change first, id. */
export async function listCredentials(_tx: GlobalTransaction, _filter: CredentialFilter): Promise<CredentialView[]> {
  throw new Error("not yet");
}

/** Soft: disables. Refused: CREDENTIAL_NOT_FOUND, LEASE_ACTIVE; both leave an admin event `disable_failed`. */
export async function removeCredential(
  _tx: GlobalTransaction,
  _input: { readonly credentialId: string; readonly admin: CredentialAdmin; readonly reason?: string | undefined },
): Promise<Guarded<{ readonly changed: boolean; readonly credential: CredentialView }>> {
  throw new Error("not yet");
}

/** Active again; quarantine and cool-down are forgotten. Refused: CREDENTIAL_NOT_FOUND. */
export async function enableCredential(
  _tx: GlobalTransaction,
  _input: { readonly credentialId: string; readonly admin: CredentialAdmin; readonly reason?: string | undefined },
): Promise<Guarded<{ readonly changed: boolean; readonly credential: CredentialView }>> {
  throw new Error("not yet");
}

/** Takes a lease away from its owner, expired or not; the kind's cool-down begins. Refused: CREDENTIAL_NOT_FOUND. */
export async function forceRelease(
  _tx: GlobalTransaction,
  _input: { readonly credentialId: string; readonly admin: CredentialAdmin; readonly reason?: string | undefined },
): Promise<Guarded<{ readonly changed: boolean; readonly credential: CredentialView }>> {
  throw new Error("not yet");
}
