// Kinds of credentials: their limits beyond the contract, and the state of their pools.
import type { PoolStatus } from "../../contracts/credential-broker.ts";
import type { KindLimits } from "../../contracts/credential-lease.ts";
import type { GlobalTransaction } from "../database.ts";
import type { CredentialAdmin } from "./qa-credentials.ts";

/** All null for a kind without a row. */
export async function readKindLimits(_tx: GlobalTransaction, _kind: string): Promise<KindLimits> {
  throw new Error("not yet");
}

/** Changes what is given, leaves the rest; leaves an admin event. Resolves to the limits as they are now. */
export async function setKindLimits(
  _tx: GlobalTransaction,
  _input: { readonly kind: string; readonly limits: Partial<KindLimits>; readonly admin: CredentialAdmin },
): Promise<KindLimits> {
  throw new Error("not yet");
}

/** One per kind that has a credential, a limit or a waiter; or the one asked for, also when there is nothing of it. */
export async function poolStatus(_tx: GlobalTransaction, _kind?: string): Promise<PoolStatus[]> {
  throw new Error("not yet");
}
