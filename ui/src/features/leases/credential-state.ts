// What a credential is just now. The server decides when one is leased; this only says it in a word.
import type { PooledCredential } from "./credentials-api.ts";

export const CREDENTIAL_STATES = ["free", "leased", "cooling", "pending", "quarantined", "disabled"] as const;
export type CredentialState = (typeof CREDENTIAL_STATES)[number];

export interface Moment {
  readonly nowMs: number;
  /** The rest that the kind asks for after an expiry. */
  readonly coolDownMs: number | null;
}

export function stateOf(credential: PooledCredential, moment: Moment): CredentialState {
  const { status, quarantinedAtMs, lease } = credential;
  if (status === "disabled") return quarantinedAtMs === null ? "disabled" : "quarantined";
  if (lease !== null && lease.expiresAtMs > moment.nowMs) return "leased";
  if (lease?.quarantineOnExpiry === true) return "pending";
  const until = restsUntilMs(credential, moment);
  return until !== null && until > moment.nowMs ? "cooling" : "free";
}

/** Null: it does not rest after its last lease. Once an expiry is recorded, `coolUntilMs` alone says how long. */
export function restsUntilMs({ coolUntilMs, lease }: PooledCredential, { coolDownMs }: Moment): number | null {
  const isOpen = lease !== null && lease.expiryRecordedAtMs === null;
  const afterExpiry = isOpen && coolDownMs !== null ? lease.expiresAtMs + coolDownMs : null;
  const ends = [coolUntilMs, afterExpiry].filter((end) => end !== null);
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Its note, or the beginning of its id. */
export function nameOf({ note, credentialId }: Pick<PooledCredential, "note" | "credentialId">): string {
  return note ?? shortId(credentialId);
}

const SHOWN_CHARS = 8;
export const shortId = (id: string): string => id.slice(0, SHOWN_CHARS);
