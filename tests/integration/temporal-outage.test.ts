// What the connection to Temporal does while the server cannot be reached, and afterwards.
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { DefaultLogger, Runtime } from "@temporalio/worker";
import { createTemporal, type Temporal } from "../../adapters/temporal-client.ts";
import { startCuttableProxy, type CuttableProxy } from "../support/cuttable-proxy.ts";
import { localTemporalEnvironment } from "../support/local-temporal.ts";
import { waitFor } from "../support/wait-for.ts";

const TIMEOUT_MS = 60_000;
const OUTAGES = 5;

let environment: TestWorkflowEnvironment;
let proxy: CuttableProxy;
let temporal: Temporal;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger("ERROR") });
  environment = await localTemporalEnvironment();
}, 240_000);
afterAll(async () => await environment.teardown());
beforeEach(async () => {
  const [host = "", port = ""] = environment.address.split(":");
  proxy = await startCuttableProxy({ host, port: Number(port) });
  temporal = createTemporal({ address: `127.0.0.1:${proxy.port}` });
});
afterEach(async () => {
  await temporal.close();
  await proxy.cut();
});

/** `answered`, or the code of the error. */
const ask = async (): Promise<string> =>
  await temporal
    .call((client) => client.workflowService.getSystemInfo({}))
    .then(
      () => "answered",
      (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "unknown"),
    );
const isAnswered = () =>
  waitFor(async () => (await ask()) === "answered", { timeoutMs: TIMEOUT_MS / 2, what: "calls are answered" });
const isUnavailable = () =>
  waitFor(async () => (await ask()) === "WORKFLOWS_UNAVAILABLE", { timeoutMs: TIMEOUT_MS / 2, what: "calls are refused" });

test(
  "a server that accepts connections and never greets is left for a new connection, once it answers again",
  async () => {
    proxy.hold();
    for (let calls = 0; calls < 4; calls += 1) expect(await ask()).toBe("WORKFLOWS_UNAVAILABLE");
    await proxy.heal();
    await isAnswered();
  },
  TIMEOUT_MS,
);

test(
  "a connection that falls silent is left too, and readiness alone finds the way back",
  async () => {
    await isAnswered();
    proxy.hold();
    for (let pings = 0; pings < 4; pings += 1) await expect(temporal.ping(300)).rejects.toThrow("cannot be reached");
    await proxy.heal();
    const isServing = () =>
      temporal.ping(1_000).then(
        () => true,
        () => false,
      );
    await waitFor(isServing, { timeoutMs: TIMEOUT_MS / 2, what: "the server is seen again" });
  },
  TIMEOUT_MS,
);

test(
  "outages in a row leave one connection",
  async () => {
    for (let outage = 0; outage < OUTAGES; outage += 1) {
      await isAnswered();
      proxy.hold();
      await isUnavailable();
      await proxy.cut();
      await isUnavailable();
      await proxy.heal();
    }
    await isAnswered();
    await waitFor(() => proxy.connections() === 1, { timeoutMs: TIMEOUT_MS / 2, what: "only one connection is open" });
  },
  2 * TIMEOUT_MS,
);
