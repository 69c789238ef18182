// How many history events one session of a container costs: from the first request to the idle stop.
import { randomUUID } from "node:crypto";
import { MESSAGE_NAMES } from "../contracts/containers/agent-container.ts";
import { waitFor } from "../tests/support/core/wait-for.ts";
import { alternate, defineBench, lineOf, type Line, type Sides } from "./support/bench.ts";
import { tenantOf, withWorkflows, type WorkflowStage } from "./support/workflow-stage.ts";

const LOOK_EVERY_MS = 200;
const STEP_TIMEOUT_MS = 60_000;
const AGAINST = "a session of a workflow with one empty update";

export const sessionEvents = defineBench<{ readonly pairs: number }>({
  name: "session-events",
  title: "History events of a container session",
  about:
    "Counted in the history that the server holds after a request, some looks at health and idleness, and the idle stop; then the same with a restart in between. Looks are retries of one activity and add no event, however many there are.",
  sizes: { full: { pairs: 3 }, smoke: { pairs: 1 } },
  run: ({ pairs }) => withWorkflows(LOOK_EVERY_MS, (stage) => measure(stage, pairs)),
});

async function measure(stage: WorkflowStage, pairs: number): Promise<readonly Line[]> {
  const sidesWith = (restarts: number): Sides => ({
    ours: () => ourSession(stage, restarts),
    bare: () => bareSession(stage),
  });
  const plain = { what: "a plain session", unit: "events", against: AGAINST, bound: { of: "ours", atMost: 30 } } as const;
  const restarted = { what: "with one restart", unit: "events", against: AGAINST } as const;
  return [lineOf(plain, await alternate(pairs, sidesWith(0))), lineOf(restarted, await alternate(pairs, sidesWith(1)))];
}

async function ourSession({ environment, ours, idle, starts }: WorkflowStage, restarts: number): Promise<number> {
  const workflowId = ours.newId();
  const tenant = tenantOf(workflowId);
  const handle = environment.client.workflow.getHandle(workflowId);
  await ours.touch(workflowId);
  for (let count = 1; count <= restarts; count += 1) {
    await handle.signal(MESSAGE_NAMES.restart, { intentId: randomUUID() });
    await waitFor(() => starts.get(tenant) === count + 1, { timeoutMs: STEP_TIMEOUT_MS, what: "it was restarted" });
    await ours.touch(workflowId);
  }
  idle.add(tenant);
  await handle.result();
  return (await handle.fetchHistory()).events?.length ?? 0;
}

async function bareSession({ environment, bare }: WorkflowStage): Promise<number> {
  const workflowId = bare.newId();
  const handle = environment.client.workflow.getHandle(workflowId);
  await bare.touch(workflowId);
  await handle.signal("finish");
  await handle.result();
  return (await handle.fetchHistory()).events?.length ?? 0;
}
