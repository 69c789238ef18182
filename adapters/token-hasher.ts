// HMAC-SHA256 of bearer credentials under random peppers, for look-up.
import { createHmac } from "node:crypto";
import type { Secret, TokenHasher } from "../contracts/secret.ts";
import type { NamedKey } from "./secret-box.ts";

/** `peppers`: current first, never empty. */
export function createTokenHasher(keyring: { readonly peppers: readonly NamedKey[] }): TokenHasher {
  const candidates = (token: Secret): Buffer[] =>
    keyring.peppers.map((pepper) => createHmac("sha256", pepper.bytes).update("token\0").update(token.reveal()).digest());
  return {
    candidates,
    hash(token) {
      const [current] = candidates(token);
      if (current === undefined) throw new Error("A token hasher needs a pepper.");
      return current;
    },
  };
}
