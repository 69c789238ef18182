// What someone types or pastes to say who they are, as it is looked up.

/** Blanks of every script, and characters without a shape of their own (zero-width, byte order mark). */
const AROUND = /^[\s\p{Z}\p{Cf}]+|[\s\p{Z}\p{Cf}]+$/gu;

/** In one Unicode form, without blanks around it, in lower case. */
export function signInName(typed: string): string {
  return typed.normalize("NFKC").replaceAll(AROUND, "").toLowerCase();
}
