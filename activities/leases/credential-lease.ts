// What a lease's workflow does in Postgres: looks whether the time is over, records it, ends the credential's rest.
import type { Database } from "../../db/core/database.ts";
import { endCredentialCoolDown, type CoolDownLook } from "../../db/leases/credential-cool-down.ts";
import { lookAtLease, type LeaseLook } from "../../db/leases/credential-expiry.ts";
import { guarded } from "../core/activity-failure.ts";

export interface LeaseRef {
  readonly leaseId: string;
  readonly credentialId: string;
}

export interface CredentialLeaseActivities {
  /** Idempotent: an expiry is recorded once, and the second look gives the same answer. */
  settleLease(lease: LeaseRef): Promise<LeaseLook>;
  /** Idempotent: a rest that is over is cleared once. */
  endCoolDown(lease: LeaseRef): Promise<CoolDownLook>;
}

export interface CredentialLeaseDeps {
  /** Role worker. */
  readonly worker: Database;
}

export function createCredentialLeaseActivities({ worker }: CredentialLeaseDeps): CredentialLeaseActivities {
  return {
    settleLease: guarded((lease) => worker.globally((tx) => lookAtLease(tx, lease))),
    endCoolDown: guarded(({ credentialId }) => worker.globally((tx) => endCredentialCoolDown(tx, credentialId))),
  };
}
