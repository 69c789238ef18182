// Prepares a Temporal namespace for the workflows: search attributes and schedules.
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client, type ScheduleOptions } from "@temporalio/client";
import proto from "@temporalio/proto";
import type { Temporal } from "../adapters/temporal/temporal-client.ts";
import {
  RECONCILE_FLEET_SCHEDULE_ID,
  RECONCILE_FLEET_WORKFLOW,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
} from "../contracts/containers/agent-container.ts";
import {
  CREDENTIAL_RETENTION_SCHEDULE_ID,
  CREDENTIAL_RETENTION_WORKFLOW,
} from "../contracts/leases/credential-lease-workflow.ts";

const MINUTE_MS = 60_000;
/** Passes that were missed while the server was away are not made up for. */
const CATCHUP_WINDOW_MS = 60_000;
const SETUP_DEADLINE_MS = 20_000;

interface FleetSchedule {
  /** Also the workflow's id. */
  readonly id: string;
  readonly workflowType: string;
  readonly everyMs: number;
  readonly runTimeoutMs: number;
  readonly summary: string;
}

const SCHEDULES: readonly FleetSchedule[] = [
  {
    id: RECONCILE_FLEET_SCHEDULE_ID,
    workflowType: RECONCILE_FLEET_WORKFLOW,
    everyMs: 5 * MINUTE_MS,
    runTimeoutMs: 15 * MINUTE_MS,
    summary: "Compares desired state with what runs",
  },
  {
    id: CREDENTIAL_RETENTION_SCHEDULE_ID,
    workflowType: CREDENTIAL_RETENTION_WORKFLOW,
    everyMs: 60 * MINUTE_MS,
    runTimeoutMs: 60 * MINUTE_MS,
    summary: "Removes old events of credential leases",
  },
];

const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_INT } = proto.temporal.api.enums.v1.IndexedValueType;
const VALUE_TYPES = { KEYWORD: INDEXED_VALUE_TYPE_KEYWORD, INT: INDEXED_VALUE_TYPE_INT } as const;

/** An unregistered attribute makes workflow tasks fail forever, which the server says only in a warning. */
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

/** Creates the schedules, or brings older ones up to date. */
export async function ensureSchedules(temporal: Temporal): Promise<void> {
  for (const schedule of SCHEDULES) {
    await temporal.call((client) => createOrUpdate(client, schedule), { deadlineMs: SETUP_DEADLINE_MS });
  }
}

async function createOrUpdate(client: Client, schedule: FleetSchedule): Promise<void> {
  const options = scheduleOptions(schedule);
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await client.schedule
      .getHandle(schedule.id)
      .update(({ state }) => ({ spec, action, ...(policies === undefined ? {} : { policies }), state }));
  }
}

function scheduleOptions({ id, workflowType, everyMs, runTimeoutMs, summary }: FleetSchedule): ScheduleOptions {
  return {
    scheduleId: id,
    spec: { intervals: [{ every: everyMs }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW_MS },
    action: {
      type: "startWorkflow",
      workflowType,
      workflowId: id,
      taskQueue: TASK_QUEUE,
      args: [],
      workflowRunTimeout: runTimeoutMs,
      staticSummary: summary,
    },
  };
}
