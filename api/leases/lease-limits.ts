// The bounds of the contract that answer 200 with a code of their own.
import { LEASE_LIMITS } from "../../contracts/leases/credential-lease.ts";
import type { Reply } from "../http/define-route.ts";
import { refuse } from "./answers.ts";

const { leaseTtlMs, heartbeatIntervalMs, listLimit } = LEASE_LIMITS;

type Bounds = { readonly min: number; readonly max: number };

export function refuseTtl(value: number): Reply | null {
  return isWithin(value, leaseTtlMs) ? null : refuse("INVALID_LEASE_TTL", `leaseTtlMs: ${between(leaseTtlMs)}`);
}

export function refuseHeartbeatInterval(value: number): Reply | null {
  const isFine = isWithin(value, heartbeatIntervalMs);
  return isFine ? null : refuse("INVALID_HEARTBEAT_INTERVAL", `heartbeatIntervalMs: ${between(heartbeatIntervalMs)}`);
}

export function refuseListLimit(value: number): Reply | null {
  return isWithin(value, listLimit) ? null : refuse("INVALID_LIST_LIMIT", `limit: ${between(listLimit)}`);
}

function isWithin(value: number, { min, max }: Bounds): boolean {
  return value >= min && value <= max;
}

function between({ min, max }: Bounds): string {
  return `Use a whole number from ${min} to ${max}.`;
}
