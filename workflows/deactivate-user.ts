// Ends what a deactivated user has open, to the end, whatever dies meanwhile (A6). The lock-out itself came before it.
import { proxyActivities, setCurrentDetails } from "@temporalio/workflow";
import type { DeactivateUserActivities } from "../activities/deactivate-user.ts";
import type { DeactivateUserInput } from "../contracts/users.ts";

const STEP_TIMEOUT_MS = 30_000;

const { endSessions, revokeKeys, stopAgent } = proxyActivities<DeactivateUserActivities>({
  startToCloseTimeout: STEP_TIMEOUT_MS,
  // For ever: a database or an engine that comes back after a day must still find the work.
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 },
});

export async function deactivateUser(input: DeactivateUserInput): Promise<void> {
  setCurrentDetails("Ending the user's sessions.");
  await endSessions(input);
  setCurrentDetails("Sessions are ended. Revoking the user's keys.");
  await revokeKeys(input);
  setCurrentDetails("Sessions and keys are ended. Stopping the user's agent.");
  await stopAgent(input);
  setCurrentDetails("All done: sessions and keys are ended, the agent is stopped.");
}
