// The workflow of a lease: its name, id, input and messages, and the names of the schedule that removes old events.
import type { CredentialLeaseMessage } from "./outbox.ts";

export const CREDENTIAL_LEASE_WORKFLOW = "credentialLease";
export const CREDENTIAL_RETENTION_WORKFLOW = "credentialRetention";
export const CREDENTIAL_RETENTION_SCHEDULE_ID = "credential-retention";

export const CREDENTIAL_LEASE_MESSAGES = { ended: "ended", status: "status" } as const;

/** Search attributes of a lease's workflow beside `MosaicPhase`, and their Temporal types. */
export const CREDENTIAL_LEASE_SEARCH_ATTRIBUTES = {
  MosaicCredentialKind: "KEYWORD",
  MosaicCredentialId: "KEYWORD",
  MosaicLeaseOwner: "KEYWORD",
} as const;

type Started = Extract<CredentialLeaseMessage, { topic: "credential-lease.started" }>;
type Ended = Extract<CredentialLeaseMessage, { topic: "credential-lease.ended" }>;

/** What is known of a lease when it begins. Ids and small facts: never a payload, never the lease's token. */
export type CredentialLeaseInput = Omit<Started, "topic">;
/** The signal `ended`: the lease was given back, or taken away, before it expired. */
export type CredentialLeaseEnding = Omit<Ended, "topic" | "leaseId">;

export const CREDENTIAL_LEASE_PHASES = ["held", "cooling_down", "ended"] as const;
export type CredentialLeasePhase = (typeof CREDENTIAL_LEASE_PHASES)[number];

/** Answer of the query `status`. The expiry is the one that the workflow read last: heartbeats move it in Postgres. */
export interface CredentialLeaseStatus {
  readonly phase: CredentialLeasePhase;
  readonly reason: string;
  readonly expiresAtMs: number;
  readonly coolUntilMs: number | null;
}

export function credentialLeaseWorkflowId(leaseId: string): string {
  return `credential-lease/${leaseId}`;
}
