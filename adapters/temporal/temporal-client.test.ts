// Tests of the Temporal client where no server is.
import { once } from "node:events";
import { createServer } from "node:net";
import { FleetError } from "../../contracts/core/errors.ts";
import { createTemporal, temporalSettings, type Temporal } from "./temporal-client.ts";

describe("the settings of the Temporal client", () => {
  test("come from TEMPORAL_*, as the Temporal tools read them", () => {
    const env = {
      TEMPORAL_ADDRESS: "temporal.example:7233",
      TEMPORAL_NAMESPACE: "fleet",
      TEMPORAL_API_KEY: "key",
      HOME: undefined,
    };
    expect(temporalSettings({ env })).toEqual({
      connection: { address: "temporal.example:7233", apiKey: "key", tls: expect.anything() },
      namespace: "fleet",
    });
  });

  test("give way to explicit ones, and have defaults", () => {
    expect(temporalSettings({ address: "a:1", namespace: "n", env: { TEMPORAL_ADDRESS: "b:2" } })).toMatchObject({
      connection: { address: "a:1" },
      namespace: "n",
    });
    expect(temporalSettings({})).toMatchObject({ connection: { address: "127.0.0.1:7233" }, namespace: "default" });
  });
});

describe("a Temporal server that is away", () => {
  let temporal: Temporal;
  beforeEach(() => {
    temporal = createTemporal({ address: "127.0.0.1:1" });
  });
  afterEach(async () => {
    import.meta.jest.restoreAllMocks();
    await temporal.close();
  });

  const call = () => temporal.call((client) => client.workflowService.getSystemInfo({}), { deadlineMs: 300 });

  test("is reported within the deadline as WORKFLOWS_UNAVAILABLE", async () => {
    await expect(temporal.call((client) => client.workflowService.getSystemInfo({}))).rejects.toMatchObject({
      code: "WORKFLOWS_UNAVAILABLE",
    });
  });

  test("is not asked again for a while after three failures", async () => {
    // In a time that stands still, or the pause would be over on a busy machine.
    import.meta.jest.spyOn(Date, "now").mockReturnValue(1_000_000);
    const away = createTemporal({ address: "127.0.0.1:1" });
    for (let count = 0; count < 3; count += 1) await expect(away.call(refused)).rejects.toBeInstanceOf(FleetError);
    let asked = false;
    const work = async () => {
      asked = true;
    };
    await expect(away.call(work)).rejects.toMatchObject({ code: "WORKFLOWS_UNAVAILABLE", retryAfterSeconds: 5 });
    expect(asked).toBe(false);
    await away.close();
  });

  test("is not blamed for what the work itself throws, nor for a long call's own deadline", async () => {
    for (let count = 0; count < 4; count += 1) {
      await expect(temporal.call(async () => await Promise.reject(new RangeError("mine")))).rejects.toBeInstanceOf(RangeError);
    }
    await expect(call()).rejects.not.toBeInstanceOf(FleetError);
  });

  test("fails its health check in time", async () => {
    await expect(temporal.ping(300)).rejects.toMatchObject({ code: "WORKFLOWS_UNAVAILABLE" });
  });
});

/** As the SDK throws it when the connection is refused. */
async function refused(): Promise<never> {
  throw new Error("wrapped", {
    cause: Object.assign(new Error("14 UNAVAILABLE"), { code: 14, details: "refused", metadata: {} }),
  });
}

test("the connection never uses the proxy of the environment, even if `no_proxy` is empty", async () => {
  let asked = 0;
  const proxy = createServer((socket) => {
    asked += 1;
    socket.destroy();
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = proxy.address();
  const names = ["http_proxy", "https_proxy", "grpc_proxy"];
  for (const name of names) process.env[name] = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const temporal = createTemporal({ address: "127.0.0.1:1" });
  try {
    await expect(temporal.call((client) => client.workflowService.getSystemInfo({}))).rejects.toMatchObject({
      code: "WORKFLOWS_UNAVAILABLE",
    });
    expect(asked).toBe(0);
  } finally {
    for (const name of names) delete process.env[name];
    await temporal.close();
    proxy.close();
  }
});
