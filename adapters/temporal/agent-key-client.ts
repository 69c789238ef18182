// Starts the workflow that revokes a replaced key of an agent when its overlap is over.
import { WorkflowExecutionAlreadyStartedError } from "@temporalio/client";
import {
  END_REPLACED_KEY_WORKFLOW,
  endReplacedKeyWorkflowId,
  type EndReplacedKeyInput,
} from "../../contracts/agents/replaced-key.ts";
import { TASK_QUEUE } from "../../contracts/containers/agent-container.ts";
import type { Temporal } from "./temporal-client.ts";

export interface AgentKeyClient {
  /** Idempotent: what was begun or done for the key is left alone. @throws FleetError WORKFLOWS_UNAVAILABLE */
  endReplaced(input: EndReplacedKeyInput): Promise<void>;
}

export function createAgentKeyClient(temporal: Temporal): AgentKeyClient {
  return {
    endReplaced: (input) =>
      temporal.call(async (client) => {
        try {
          await client.workflow.start<(input: EndReplacedKeyInput) => Promise<void>>(END_REPLACED_KEY_WORKFLOW, {
            workflowId: endReplacedKeyWorkflowId(input.keyId),
            taskQueue: TASK_QUEUE,
            args: [input],
            workflowIdReusePolicy: "REJECT_DUPLICATE",
            staticSummary: `Revokes the replaced key ${input.keyId} of agent ${input.agentUserId}`,
          });
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
      }),
  };
}
