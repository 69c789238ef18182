// What the holder of a lease may do: heartbeat, release, quarantine, read a chunk. Single guarded statements.
import type { BrokerActor } from "../../contracts/credential-lease.ts";
import type { Secret } from "../../contracts/secret.ts";
import type { Database } from "../database.ts";
import type { Guarded } from "./qa-credentials.ts";

/** What a holder shows. The actor's role must be the lease's. */
export interface LeaseClaim {
  readonly credentialId: string;
  readonly kind: string;
  readonly ownerId: string;
  readonly leaseToken: Secret;
  readonly actor: BrokerActor;
}

/** `leaseTtlMs` is the request's or the contract's default, never the acquire's. */
export async function heartbeatLease(
  _database: Database,
  _claim: LeaseClaim & { readonly leaseTtlMs: number },
): Promise<Guarded<{ readonly expiresAtMs: number; readonly fence: number }>> {
  throw new Error("not yet");
}

/** Also fine when there is no lease any more, and for one's own lease that expired. */
export async function releaseLease(_database: Database, _claim: LeaseClaim): Promise<Guarded<{ readonly released: boolean }>> {
  throw new Error("not yet");
}

/** Takes the credential out of the pool and ends the lease. */
export async function quarantineCredential(
  _database: Database,
  _claim: LeaseClaim & { readonly reason?: string | undefined },
): Promise<Guarded<Record<never, never>>> {
  throw new Error("not yet");
}

/** Of the payload as it was when the lease began. Leaves an event `payload_read`. */
export async function readLeasedChunk(
  _database: Database,
  _claim: LeaseClaim & { readonly index: number },
): Promise<Guarded<{ readonly data: Secret }>> {
  throw new Error("not yet");
}
