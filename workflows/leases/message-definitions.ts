// The messages of the workflow credentialLease.
import { defineQuery, defineSignal } from "@temporalio/workflow";
import {
  CREDENTIAL_LEASE_MESSAGES,
  type CredentialLeaseEnding,
  type CredentialLeaseStatus,
} from "../../contracts/leases/credential-lease-workflow.ts";

/** A heartbeat brought the expiry forward. Those that put it off send nothing: the expiry is read from Postgres. */
export const shortenedSignal = defineSignal<[{ expiresAtMs: number }]>(CREDENTIAL_LEASE_MESSAGES.shortened);
/** The lease was released or force-released. */
export const endedSignal = defineSignal<[CredentialLeaseEnding]>(CREDENTIAL_LEASE_MESSAGES.ended);
export const statusQuery = defineQuery<CredentialLeaseStatus>(CREDENTIAL_LEASE_MESSAGES.status);
