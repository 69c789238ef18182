// The stored form of a credential's payload: ASCII text, cut into chunks, and the marker that stands for them on the wire.
import { CHUNK_MARKER_KEY, PAYLOAD_LIMITS } from "../../contracts/leases/credential-lease.ts";

export type CredentialPayload = Readonly<Record<string, unknown>>;

/**
 * JSON with every unit beyond ASCII written as \uXXXX: clients count either UTF-16 units or UTF-8 bytes, and so both
 * agree, and no cut goes through a surrogate pair.
 */
export function payloadText(payload: CredentialPayload): string {
  return JSON.stringify(payload).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** One chunk for a payload that is handed out whole. */
export function chunksOf(text: string): string[] {
  const { chunkLength } = PAYLOAD_LIMITS;
  const count = Math.max(1, Math.ceil(text.length / chunkLength));
  return Array.from({ length: count }, (_, index) => text.slice(index * chunkLength, (index + 1) * chunkLength));
}

/** Clients refuse to fetch more. */
export function isPayloadTooLarge(text: string): boolean {
  return text.length > PAYLOAD_LIMITS.maxLength || text.length > PAYLOAD_LIMITS.chunkLength * PAYLOAD_LIMITS.maxChunks;
}

/** What an acquire answers instead of a payload that is too long for one response. */
export function chunkMarker(facts: { readonly byteLength: number; readonly chunkCount: number }): CredentialPayload {
  return { [CHUNK_MARKER_KEY]: true, byteLength: facts.byteLength, chunkCount: facts.chunkCount };
}
