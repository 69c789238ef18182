// In place of the deactivation workflows: keeps what it was asked to begin.
import type { UserDeactivationClient } from "../../../adapters/temporal/user-deactivation-client.ts";
import type { DeactivateUserInput } from "../../../contracts/people/users.ts";

export interface RecordingDeactivations extends UserDeactivationClient {
  readonly begun: DeactivateUserInput[];
}

export function recordDeactivations(): RecordingDeactivations {
  const begun: DeactivateUserInput[] = [];
  return { begun, begin: async (input) => void begun.push(input) };
}
