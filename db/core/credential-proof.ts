// Whether a credential that was found in the database stands for the user whose row it is in.
import type { TokenHasher, TokenHolder } from "../../contracts/core/secret.ts";

/** What auth.credential_proof says beside a look-up in the same statement. `of`: its arguments, among the look-up's. */
export function proofBeside(of: string): string {
  return `, auth.credential_proof(${of}) AS proven (proof, "provenHash")`;
}

export interface Proof {
  readonly proof: Buffer | null;
  readonly provenHash: Buffer;
}

/** Keys from before there were proofs have none; nobody can make such a row any more. */
export function isProven(tokens: TokenHasher, { proof, provenHash }: Proof, holder: TokenHolder): boolean {
  return proof === null ? holder.kind === "key" : tokens.isBound(proof, provenHash, holder);
}
