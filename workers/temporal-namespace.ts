// Prepares a Temporal namespace for the workflows: search attributes, and the schedule of the reconciler.
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client, type ScheduleOptions } from "@temporalio/client";
import proto from "@temporalio/proto";
import type { Temporal } from "../adapters/temporal-client.ts";
import {
  RECONCILE_FLEET_SCHEDULE_ID,
  RECONCILE_FLEET_WORKFLOW,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
} from "../contracts/agent-container.ts";

const RECONCILE_EVERY_MS = 5 * 60_000;
const RECONCILE_RUN_TIMEOUT_MS = 15 * 60_000;
/** Passes that were missed while the server was away are not made up for. */
const CATCHUP_WINDOW_MS = 60_000;
const SETUP_DEADLINE_MS = 20_000;

const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_INT } = proto.temporal.api.enums.v1.IndexedValueType;
const VALUE_TYPES = { KEYWORD: INDEXED_VALUE_TYPE_KEYWORD, INT: INDEXED_VALUE_TYPE_INT } as const;

/** An unregistered attribute makes workflow tasks fail for ever, which the server says only in a warning. */
export async function ensureSearchAttributes(temporal: Temporal): Promise<void> {
  await temporal.call(
    async () => {
      const { namespace } = temporal;
      const { operatorService } = temporal.connection;
      const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
      const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => customAttributes[name] === undefined);
      if (missing.length === 0) return;
      const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, VALUE_TYPES[type]]));
      await operatorService.addSearchAttributes({ namespace, searchAttributes });
    },
    { deadlineMs: SETUP_DEADLINE_MS },
  );
}

/** Creates the schedule, or brings an older one up to date. */
export async function ensureReconcileSchedule(temporal: Temporal): Promise<void> {
  await temporal.call(createOrUpdate, { deadlineMs: SETUP_DEADLINE_MS });
}

async function createOrUpdate(client: Client): Promise<void> {
  const options = scheduleOptions();
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await client.schedule
      .getHandle(RECONCILE_FLEET_SCHEDULE_ID)
      .update(({ state }) => ({ spec, action, ...(policies === undefined ? {} : { policies }), state }));
  }
}

function scheduleOptions(): ScheduleOptions {
  return {
    scheduleId: RECONCILE_FLEET_SCHEDULE_ID,
    spec: { intervals: [{ every: RECONCILE_EVERY_MS }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW_MS },
    action: {
      type: "startWorkflow",
      workflowType: RECONCILE_FLEET_WORKFLOW,
      workflowId: RECONCILE_FLEET_SCHEDULE_ID,
      taskQueue: TASK_QUEUE,
      args: [],
      workflowRunTimeout: RECONCILE_RUN_TIMEOUT_MS,
      staticSummary: "Compares what is wished with what runs",
    },
  };
}
