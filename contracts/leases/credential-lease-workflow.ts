// The workflow of a lease: its name, id, input and messages, and the names of the schedule that removes old events.
import { LEASE_ENDINGS, type CredentialLeaseMessage } from "./lease-messages.ts";

export const CREDENTIAL_LEASE_WORKFLOW = "credentialLease";
export const CREDENTIAL_RETENTION_WORKFLOW = "credentialRetention";
export const CREDENTIAL_RETENTION_SCHEDULE_ID = "credential-retention";

export const CREDENTIAL_LEASE_MESSAGES = { shortened: "shortened", ended: "ended", status: "status" } as const;

type Started = Extract<CredentialLeaseMessage, { topic: "credential-lease.started" }>;
type Ended = Extract<CredentialLeaseMessage, { topic: "credential-lease.ended" }>;

/** What is known of a lease when it begins. Ids and small facts: never a payload, never the lease's token. */
export type CredentialLeaseInput = Omit<Started, "topic">;
/** The signal `ended`: the lease was released, or force-released, before it expired. */
export type CredentialLeaseEnding = Omit<Ended, "topic" | "leaseId">;

/** How a lease came to its end. `gone`: the credential is leased to someone else, or nothing of the lease is left. */
export const CREDENTIAL_LEASE_OUTCOMES = [...LEASE_ENDINGS, "expired", "gone"] as const;
export type CredentialLeaseOutcome = (typeof CREDENTIAL_LEASE_OUTCOMES)[number];

/** The workflow's result. */
export interface CredentialLeaseResult {
  readonly outcome: CredentialLeaseOutcome;
  /** The credential was taken out of use because the lease ran out. */
  readonly quarantined: boolean;
}

/** Answer of the query `status`. The expiry is the one that the workflow read last: heartbeats move it in Postgres. */
export interface CredentialLeaseStatus {
  readonly phase: "held" | "cooling_down" | "ended";
  readonly reason: string;
  readonly expiresAtMs: number;
  readonly coolUntilMs: number | null;
}

export function credentialLeaseWorkflowId(leaseId: string): string {
  return `credential-lease/${leaseId}`;
}
