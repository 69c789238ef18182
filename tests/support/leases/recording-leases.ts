// A client of lease workflows that writes down what it is told, for tests without Temporal.
import type { CredentialLeaseClient } from "../../../adapters/temporal/credential-lease-client.ts";
import { FleetError } from "../../../contracts/core/errors.ts";

export interface RecordingLeases extends CredentialLeaseClient {
  readonly calls: { readonly method: string; readonly leaseId: string; readonly argument: unknown }[];
  /** While set, every call fails as an unreachable Temporal. */
  isAway: boolean;
}

export function recordLeases(): RecordingLeases {
  const note = async (method: string, leaseId: string, argument: unknown): Promise<boolean> => {
    if (client.isAway) throw new FleetError("WORKFLOWS_UNAVAILABLE", "The workflow service is unavailable.");
    client.calls.push({ method, leaseId, argument });
    return true;
  };
  const client: RecordingLeases = {
    ...{ calls: [], isAway: false },
    listFailed: async () => [],
    started: async (lease) => void (await note("started", lease.leaseId, lease)),
    shortened: (leaseId, expiresAtMs) => note("shortened", leaseId, expiresAtMs),
    ended: (leaseId, ending) => note("ended", leaseId, ending),
  };
  return client;
}
