// What a key may pass on to a key that it makes: nothing wider, nothing that lives longer.
import type { AgentScope } from "../../contracts/core/principal.ts";

export interface GrantParent {
  readonly scopes: readonly AgentScope[];
  /** Null: it has no end. */
  readonly expiresAt: Date | null;
}

export interface WantedGrant {
  readonly scopes: readonly AgentScope[];
  /** Null or absent: as long as the parent. */
  readonly expiresInDays?: number | null | undefined;
}

export type Grant =
  | { readonly ok: true; readonly expiresAt: Date | null }
  | { readonly ok: false; readonly problem: "scopes"; readonly scopes: readonly AgentScope[] }
  | { readonly ok: false; readonly problem: "expiry" };

const DAY_MS = 24 * 60 * 60 * 1_000;

/** `parent` is null for a person's session, which passes on everything. */
export function grantOf(wanted: WantedGrant, parent: GrantParent | null, nowMs: number): Grant {
  const wider = parent === null ? [] : wanted.scopes.filter((scope) => !parent.scopes.includes(scope));
  if (wider.length > 0) return { ok: false, problem: "scopes", scopes: wider };
  const end = parent?.expiresAt ?? null;
  if (wanted.expiresInDays === undefined || wanted.expiresInDays === null) return { ok: true, expiresAt: end };
  const expiresAt = new Date(nowMs + wanted.expiresInDays * DAY_MS);
  return end !== null && expiresAt > end ? { ok: false, problem: "expiry" } : { ok: true, expiresAt };
}
