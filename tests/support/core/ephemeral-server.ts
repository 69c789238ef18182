// Starts the servers that Temporal's SDK brings up for tests. It gives each 5 s to answer, which a busy machine exceeds.
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { DefaultLogger, Runtime } from "@temporalio/worker";

const ATTEMPTS = 20;
/** The SDK's own words; it ends the slow server itself. */
const TOO_SLOW = /ephemeral server at \S+ did not start within/;

let isQuiet = false;

/** @throws what `create` throws, when that is not about the time, or was so again and again. */
export async function startedServer(create: () => Promise<TestWorkflowEnvironment>): Promise<TestWorkflowEnvironment> {
  keepQuiet();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await create();
    } catch (error) {
      if (attempt === ATTEMPTS || !TOO_SLOW.test(String(error))) throw error;
    }
  }
}

/** The SDK tells each state of a worker and each activity that fails on purpose: thousands of lines that hide a failure. */
function keepQuiet(): void {
  if (!isQuiet) Runtime.install({ logger: new DefaultLogger("ERROR") });
  isQuiet = true;
}
