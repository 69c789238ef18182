// HMAC-SHA256 of bearer credentials under random peppers: for look-up, and to bind what was found to its user.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret, TokenHasher, TokenHolder } from "../../contracts/core/secret.ts";
import type { NamedKey } from "./secret-box.ts";

/** `peppers`: current first, never empty. */
export function createTokenHasher(keyring: { readonly peppers: readonly NamedKey[] }): TokenHasher {
  const candidates = (token: Secret): Buffer[] =>
    keyring.peppers.map(({ key }) => createHmac("sha256", key).update(`token\0${token.reveal()}`).digest());
  const proofs = (hash: Buffer, { kind, userId }: TokenHolder): Buffer[] =>
    keyring.peppers.map(({ key }) => createHmac("sha256", key).update(`bound\0${kind}\0${userId}\0`).update(hash).digest());
  return {
    candidates,
    hash: (token) => current(candidates(token)),
    bind: (hash, holder) => current(proofs(hash, holder)),
    isBound: (proof, hash, holder) =>
      proofs(hash, holder).some((expected) => expected.length === proof.length && timingSafeEqual(expected, proof)),
  };
}

function current(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes;
  if (first === undefined) throw new Error("A token hasher needs a pepper.");
  return first;
}
