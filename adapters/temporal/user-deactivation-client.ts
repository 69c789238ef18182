// Starts the workflow that ends a deactivated user's sessions, keys and agent.
import { WorkflowExecutionAlreadyStartedError } from "@temporalio/client";
import { TASK_QUEUE } from "../../contracts/containers/agent-container.ts";
import { DEACTIVATE_USER_WORKFLOW, deactivateUserWorkflowId, type DeactivateUserInput } from "../../contracts/people/users.ts";
import type { Temporal } from "./temporal-client.ts";

export interface UserDeactivationClient {
  /** Idempotent: a deactivation that was begun or done is left alone. @throws FleetError WORKFLOWS_UNAVAILABLE */
  begin(input: DeactivateUserInput): Promise<void>;
}

export function createUserDeactivationClient(temporal: Temporal): UserDeactivationClient {
  return {
    begin: (input) =>
      temporal.call(async (client) => {
        try {
          await client.workflow.start<(input: DeactivateUserInput) => Promise<void>>(DEACTIVATE_USER_WORKFLOW, {
            workflowId: deactivateUserWorkflowId(input.deactivationId),
            taskQueue: TASK_QUEUE,
            args: [input],
            workflowIdReusePolicy: "REJECT_DUPLICATE",
            staticSummary: `Ends sessions, keys and agent of user ${input.userId}`,
          });
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
      }),
  };
}
