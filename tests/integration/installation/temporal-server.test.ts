// The local Temporal server as `npm start` runs it: what another local user, or a web page of somebody else, can do to it.
import { request } from "node:http";
import { WorkflowNotFoundError } from "@temporalio/client";
import { AGENT_CONTAINER_WORKFLOW, TASK_QUEUE } from "../../../contracts/containers/agent-container.ts";
import { listeningPorts } from "../../support/core/listeners.ts";
import { useProductTemporal } from "../../support/core/product-temporal.ts";

const RUNNING = "running";
const STARTED = "started-by-a-stranger";
const PATHS = ["/api/v1/namespaces/default/workflows", "/namespaces/default/workflows"];
const START = { workflowType: { name: AGENT_CONTAINER_WORKFLOW }, taskQueue: { name: TASK_QUEUE }, input: [] };
const FOREIGN_ORIGIN = "https://evil.example";
const CALL_TIMEOUT_MS = 30_000;

const server = useProductTemporal();
let ports: number[];

beforeAll(async () => {
  const options = { workflowId: RUNNING, taskQueue: TASK_QUEUE, args: [] };
  await server.temporal.call((client) => client.workflow.start(AGENT_CONTAINER_WORKFLOW, options));
  ports = await listeningPorts(server.pid);
});

interface Attack {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** The status; 0 where no HTTP is spoken. */
async function attack({ port, method, path, headers }: Attack): Promise<number> {
  return await new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, method, path, headers, timeout: CALL_TIMEOUT_MS };
    const call = request(options, (answer) => {
      answer.destroy();
      resolve(answer.statusCode ?? 0);
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(0));
    call.end(method === "GET" ? undefined : JSON.stringify(START));
  });
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** The types of its events; none when there is no such workflow. */
async function eventsOf(workflowId: string): Promise<string[]> {
  try {
    // First, for the history of what does not exist is refused with another error.
    await server.temporal.call((client) => client.workflow.getHandle(workflowId).describe());
    const history = await server.temporal.call((client) => client.workflow.getHandle(workflowId).fetchHistory());
    return (history.events ?? []).map(({ eventType }) => String(eventType));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

test("it listens on more ports than gRPC's, so that there is something to try", () => {
  expect(ports).toContain(server.port);
  expect(ports.length).toBeGreaterThan(1);
});

test.each([
  ["a web page's form", { origin: FOREIGN_ORIGIN, "content-type": "text/plain" }],
  ["a web page that resolves its own name to this machine", { host: "evil.example", "content-type": "text/plain" }],
  ["a local user", { "content-type": "application/json" }],
  ["a local user who names the port", { host: "localhost", "content-type": "text/plain" }],
])(
  "%s cannot start or signal a workflow by HTTP, at any port",
  async (_who, headers) => {
    const before = await eventsOf(RUNNING);
    const taken: string[] = [];
    for (const port of ports) {
      for (const path of PATHS) {
        const started = await attack({ port, method: "POST", path: `${path}/${STARTED}`, headers });
        const signalled = await attack({ port, method: "POST", path: `${path}/${RUNNING}/signal/retire`, headers });
        if (isSuccess(started) || isSuccess(signalled)) taken.push(`${port}${path}`);
      }
    }
    expect(taken).toEqual([]);
    expect([await eventsOf(STARTED), await eventsOf(RUNNING)]).toEqual([[], before]);
  },
  300_000,
);
