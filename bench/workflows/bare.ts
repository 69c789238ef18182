// The least that a workflow with an update can be: what the container workflow is measured against.
import { allHandlersFinished, condition, defineSignal, defineUpdate, setHandler } from "@temporalio/workflow";

const touchUpdate = defineUpdate("ensureRunning");
const finishSignal = defineSignal("finish");

export async function bare(): Promise<void> {
  let finished = false;
  setHandler(touchUpdate, async () => undefined);
  setHandler(finishSignal, () => void (finished = true));
  await condition(() => finished && allHandlersFinished());
}
