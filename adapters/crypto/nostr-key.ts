// Private keys of Nostr: 64 hex digits or an nsec; told apart by their public key.
import { schnorr } from "@noble/curves/secp256k1.js";
import { bech32 } from "@scure/base";

const HEX_KEY = /^[0-9a-f]{64}$/i;
const SECRET_KEY_PREFIX = "nsec";
const KEY_BYTES = 32;

/**
 * The public key of a private key as hex: the x coordinate alone, as Nostr has it (NIP-01), so that a key and its negation
 * are one identity. Null when it is no key of the curve, or a malformed nsec (NIP-19).
 */
export function nostrPublicKey(privateKey: string): string | null {
  try {
    const bytes = HEX_KEY.test(privateKey) ? Buffer.from(privateKey, "hex") : decodeNsec(privateKey);
    return bytes === null ? null : Buffer.from(schnorr.getPublicKey(new Uint8Array(bytes))).toString("hex");
  } catch {
    // Not on the curve, or a wrong checksum. The libraries' errors may quote the key.
    return null;
  }
}

function decodeNsec(text: string): Uint8Array | null {
  const { prefix, bytes } = bech32.decodeToBytes(text);
  return prefix === SECRET_KEY_PREFIX && bytes.length === KEY_BYTES ? bytes : null;
}
