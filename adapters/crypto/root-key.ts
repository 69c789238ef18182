// The root of trust: MOSAIC_SECRET_KEY, from which every other key is derived or by which it is wrapped.
import { hkdfSync } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";

const MIN_BYTES = 32;
const SALT = "mosaic/v1";
const DERIVED_BYTES = 32;

/** The labels in use; a new purpose gets a new label, so that no two purposes share a key. */
type RootKeyLabel = "secrets" | "key-id" | "authority" | `pg/${string}`;

export interface RootKey {
  /** First eight bytes of a derived value, in hex: tells root keys apart without telling anything about them. */
  readonly keyId: string;
  /** HKDF-SHA256, 32 bytes. */
  derive(label: RootKeyLabel): Buffer;
}

/** @throws FleetError CONFIG_INVALID when the text has fewer than 32 bytes. */
export function parseRootKey(text: string): RootKey {
  const root = Buffer.from(text.trim(), "utf8");
  if (root.length < MIN_BYTES) {
    throw new FleetError(
      "CONFIG_INVALID",
      `MOSAIC_SECRET_KEY is too short: it needs at least ${MIN_BYTES} bytes. Create one with: openssl rand -base64 48`,
    );
  }
  const derive = (label: RootKeyLabel): Buffer => Buffer.from(hkdfSync("sha256", root, SALT, label, DERIVED_BYTES));
  return { keyId: derive("key-id").subarray(0, 8).toString("hex"), derive };
}
