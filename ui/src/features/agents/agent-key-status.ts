// Whether an agent's key works, and for how much longer.
import type { AgentKeyView } from "../../../../contracts/agents/schema.ts";
import type { BadgeStatus } from "../../components/status-badge.tsx";
import { keyStatus } from "../keys/key-status.ts";

type KeyFacts = Pick<AgentKeyView, "expiresAt" | "revokedAt" | "replacedBy">;

/** A key that was replaced works until the overlap ends, which is when it expires. */
export function agentKeyStatus({ expiresAt, revokedAt, replacedBy }: KeyFacts, nowMs: number): BadgeStatus {
  if (revokedAt !== null) return "revoked";
  const status = keyStatus(expiresAt, nowMs);
  return replacedBy !== null && status !== "expired" ? "rotating" : status;
}

export function hasEnded(key: KeyFacts, nowMs: number): boolean {
  const status = agentKeyStatus(key, nowMs);
  return status === "revoked" || status === "expired";
}
