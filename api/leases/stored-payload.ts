// What is stored of a payload that someone gives, by the rules of its kind.
import { nostrPublicKey } from "../../adapters/crypto/nostr-key.ts";
import { normalisePayload } from "../../domain/leases/credential-kinds.ts";
import { isPayloadTooLarge, payloadText, type CredentialPayload } from "../../domain/leases/credential-payload.ts";

/** Clients take payload files of up to 64 MiB; JSON around them, and characters that it escapes, need some room. */
export const PAYLOAD_BODY_LIMIT_BYTES = 68 * 1024 * 1024;

export type StoredPayload =
  | { readonly ok: true; readonly value: string }
  /** `message` names field and rule, never a value. */
  | { readonly ok: false; readonly code: "INVALID_PAYLOAD"; readonly field: string | null; readonly message: string }
  | { readonly ok: false; readonly code: "PAYLOAD_TOO_LARGE"; readonly message: string };

export function storedPayload(kind: string, payload: CredentialPayload): StoredPayload {
  const normalised = normalisePayload(kind, payload, nostrPublicKey);
  if (!normalised.ok) {
    const { field, problem } = normalised;
    return { ok: false, code: "INVALID_PAYLOAD", field, message: `payload: ${problem}` };
  }
  const text = payloadText(normalised.payload);
  if (!isPayloadTooLarge(text)) return { ok: true, value: text };
  return { ok: false, code: "PAYLOAD_TOO_LARGE", message: "The payload is longer than clients accept." };
}
