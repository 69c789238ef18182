// Payloads of credentials: sealed chunks, replaced as a whole, read by administrators with a trace.
import type { Secret } from "../../contracts/secret.ts";
import type { GlobalTransaction } from "../database.ts";
import type { CredentialAdmin, CredentialView, Guarded } from "./qa-credentials.ts";

/** The payloads' texts by credential id; leaves an admin event `payload_read` for each. */
export async function readPayloads(
  _tx: GlobalTransaction,
  _input: { readonly credentialIds: readonly string[]; readonly admin: CredentialAdmin },
): Promise<ReadonlyMap<string, Secret>> {
  throw new Error("not yet");
}

/**
 * In place: id, order and events stay. A lease that is held goes on reading the payload that it was given.
 * Refused: CREDENTIAL_NOT_FOUND.
 */
export async function replacePayload(
  _tx: GlobalTransaction,
  _input: { readonly credentialId: string; readonly payloadText: string; readonly admin: CredentialAdmin },
): Promise<Guarded<{ readonly credential: CredentialView }>> {
  throw new Error("not yet");
}

/** The kind, for choosing the payload's rules before it is replaced. Null: no such credential. */
export async function findCredentialKind(_tx: GlobalTransaction, _credentialId: string): Promise<string | null> {
  throw new Error("not yet");
}
