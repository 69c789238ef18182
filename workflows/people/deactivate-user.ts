// Ends a deactivated user's sessions, keys and agent, whatever crashes meanwhile. The lock-out itself is already done.
import { proxyActivities, setCurrentDetails } from "@temporalio/workflow";
import { z } from "zod";
import type { DeactivateUserActivities } from "../../activities/people/deactivate-user.ts";
import type { DeactivateUserInput } from "../../contracts/people/users.ts";
import { parseInput } from "../core/parse-input.ts";

const STEP_TIMEOUT_MS = 30_000;

const { endSessions, revokeKeys, stopAgent } = proxyActivities<DeactivateUserActivities>({
  startToCloseTimeout: STEP_TIMEOUT_MS,
  // For ever: a database or an engine that comes back after a day must still find the work.
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 },
});

const inputSchema = z.object({ deactivationId: z.uuid(), userId: z.uuid() });

export async function deactivateUser(start: DeactivateUserInput): Promise<void> {
  const input = parseInput(inputSchema, start);
  setCurrentDetails("Ending the user's sessions.");
  await endSessions(input);
  setCurrentDetails("Sessions are ended. Revoking the user's keys.");
  await revokeKeys(input);
  setCurrentDetails("Sessions and keys are ended. Stopping the user's agent.");
  await stopAgent(input);
  setCurrentDetails("All done: sessions and keys are ended, the agent is stopped.");
}
