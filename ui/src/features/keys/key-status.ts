// Whether a key works, and for how much longer.
import type { BadgeStatus } from "../../components/status-badge.tsx";

const SOON_MS = 14 * 86_400_000;

/** Of one that has not been revoked. `expiresAt` null: it does not expire. */
export function keyStatus(expiresAt: string | null, nowMs: number): BadgeStatus {
  if (expiresAt === null) return "keyActive";
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (leftMs <= 0) return "expired";
  return leftMs < SOON_MS ? "expiresSoon" : "keyActive";
}
