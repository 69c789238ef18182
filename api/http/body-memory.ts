// How much memory the large bodies of all chats may take at a time, in this process and for one tenant.
import { FleetError } from "../../contracts/core/errors.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";

/** In bytes as they are received. Read, parsed and written again, a body takes about four times as much for a moment. */
export const BODY_MEMORY_LIMITS = { allBytes: 120 * 1024 * 1024, tenantBytes: 45 * 1024 * 1024 } as const;
const RETRY_AFTER_SECONDS = 5;

export interface BodyShare {
  /** Counts `bytes` more. @throws FleetError RATE_LIMITED when they do not fit beside what is held already */
  take(bytes: number): void;
  /** Gives back all that was taken. */
  release(): void;
}

export interface BodyMemory {
  shareOf(tenant: Tenant): BodyShare;
  readonly heldBytes: number;
}

export function createBodyMemory(
  limits: { readonly allBytes: number; readonly tenantBytes: number } = BODY_MEMORY_LIMITS,
): BodyMemory {
  const held = new Map<Tenant, number>();
  let heldBytes = 0;

  function change(tenant: Tenant, bytes: number): void {
    const left = (held.get(tenant) ?? 0) + bytes;
    heldBytes += bytes;
    if (left > 0) held.set(tenant, left);
    else held.delete(tenant);
  }

  return {
    get heldBytes() {
      return heldBytes;
    },
    shareOf(tenant) {
      let taken = 0;
      return {
        take(bytes) {
          const ofTenant = (held.get(tenant) ?? 0) + bytes;
          if (heldBytes + bytes > limits.allBytes || ofTenant > limits.tenantBytes) throw full();
          change(tenant, bytes);
          taken += bytes;
        },
        release() {
          change(tenant, -taken);
          taken = 0;
        },
      };
    },
  };
}

function full(): FleetError {
  const message = "Too much data is being sent to agents. Try again in a moment.";
  return new FleetError("RATE_LIMITED", message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
