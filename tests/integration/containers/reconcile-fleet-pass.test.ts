// A pass of the reconciler's workflow, on a server that skips time.
import { Worker } from "@temporalio/worker";
import type { ReconcileFleetActivities } from "../../../activities/containers/reconcile-fleet.ts";
import { RECONCILE_FLEET_SCHEDULE_ID, RECONCILE_FLEET_WORKFLOW } from "../../../contracts/containers/agent-container.ts";
import { workflowBundle } from "../../support/core/workflow-bundle.ts";
import { useSkippedTime } from "../../support/core/workflow-world.ts";

const TASK_QUEUE = "reconcile-fleet-pass";
const environment = useSkippedTime();

test("what was kept long enough is deleted, though the engine is away and nothing can be repaired", async () => {
  let purges = 0;
  const activities: ReconcileFleetActivities = {
    repairDrift: () => Promise.reject(new Error("The container engine does not answer.")),
    purgeExpired: async () => ({ outboxRows: (purges += 1) }),
  };
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: { ...activities },
  });
  const pass = worker.runUntil(
    environment.client.workflow.execute(RECONCILE_FLEET_WORKFLOW, {
      workflowId: RECONCILE_FLEET_SCHEDULE_ID,
      taskQueue: TASK_QUEUE,
    }),
  );
  await expect(pass).rejects.toThrow("Workflow execution failed");
  expect(purges).toBe(1);
});
