// What an end-to-end test reads from the Temporal server of its installation.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { WorkflowNotFoundError } from "@temporalio/client";
import { createTemporal, type Temporal } from "../../../adapters/temporal/temporal-client.ts";
import { agentContainerWorkflowId } from "../../../contracts/containers/agent-container.ts";
import { tenantSchema } from "../../../contracts/core/tenant.ts";
import type { Stack } from "./stack.ts";

const DEADLINE_MS = 60_000;

async function withTemporal<T>(stack: Stack, work: (temporal: Temporal) => Promise<T>): Promise<T> {
  const ports = JSON.parse(await readFile(join(stack.dataDir, "ports.json"), "utf8"));
  const temporal = createTemporal({ address: `127.0.0.1:${ports.temporal}` });
  try {
    return await work(temporal);
  } finally {
    await temporal.close();
  }
}

/** The number of events of the newest run of the tenant's container workflow. */
export async function historyLength(stack: Stack, tenant: string): Promise<number> {
  const history = await historyText(stack, tenant);
  return JSON.parse(history).events.length;
}

/** The newest run's history as JSON. */
export async function historyText(stack: Stack, tenant: string): Promise<string> {
  const workflowId = agentContainerWorkflowId(tenantSchema.parse(tenant));
  return await withTemporal(stack, async (temporal) =>
    temporal.call(async (client) => JSON.stringify(await client.workflow.getHandle(workflowId).fetchHistory()), {
      deadlineMs: DEADLINE_MS,
    }),
  );
}

/** The run id of the tenant's open run; null when there is none. */
export async function openRunOf(stack: Stack, tenant: string): Promise<string | null> {
  const workflowId = agentContainerWorkflowId(tenantSchema.parse(tenant));
  return await withTemporal(stack, async (temporal) => {
    try {
      const facts = await temporal.call((client) => client.workflow.getHandle(workflowId).describe(), {
        deadlineMs: DEADLINE_MS,
      });
      return facts.status.name === "RUNNING" ? facts.runId : null;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  });
}
