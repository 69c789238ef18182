// Ids of rows that are written once, however often they are reported.
import { createHash } from "node:crypto";

/** A UUID of version 8 (RFC 9562: custom content) that is the same for the same key. */
export function derivedId(key: string): string {
  const hex = createHash("sha256").update(key).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
