// What the connection to Temporal, and requests that need it, do while the server cannot be reached, and afterwards.
import { pino } from "pino";
import { createAgentContainerClient } from "../../../adapters/temporal/agent-container-client.ts";
import { createCredentialLeaseClient } from "../../../adapters/temporal/credential-lease-client.ts";
import { createTemporal, type Temporal } from "../../../adapters/temporal/temporal-client.ts";
import { createAgentKeyClient } from "../../../adapters/temporal/agent-key-client.ts";
import { createUserDeactivationClient } from "../../../adapters/temporal/user-deactivation-client.ts";
import { agentContainerWorkflowId, MESSAGE_NAMES } from "../../../contracts/containers/agent-container.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { deactivateUserWorkflowId } from "../../../contracts/people/users.ts";
import { ensureContainerRow } from "../../../db/containers/containers.ts";
import { runOutboxRelay } from "../../../workers/outbox-relay.ts";
import { outboxTopics } from "../../../workers/outbox-topics.ts";
import { addUser, setUpInstallation, startTestApi, type TestApi, type TestUser } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { startCuttableProxy, type CuttableProxy } from "../../support/core/cuttable-proxy.ts";
import { useTemporal } from "../../support/core/local-temporal.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const TIMEOUT_MS = 240_000;
const OUTAGES = 5;

const environment = useTemporal();
let proxy: CuttableProxy;
let temporal: Temporal;

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
    for (let pings = 0; pings < 4; pings += 1) await expect(temporal.ping(300)).rejects.toThrow("is unavailable");
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

describe("requests that need a workflow", () => {
  const REASON = { reason: "This has to happen afterwards." };
  let ending: AbortController;
  let database: TestDatabase;
  let api: TestApi;
  let admin: ApiSession;
  let relay: Promise<void>;

  beforeEach(async () => {
    database = await createTestDatabase();
    api = await startTestApi(database, { env: { TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` } });
    admin = await setUpInstallation(api);
    const clients = {
      containers: createAgentContainerClient(temporal),
      leases: createCredentialLeaseClient(temporal),
      deactivations: createUserDeactivationClient(temporal),
      agentKeys: createAgentKeyClient(temporal),
    };
    const fleet = await database.openAs("fleet");
    ending = new AbortController();
    const log = pino({ level: "silent" });
    relay = runOutboxRelay({ fleet, topics: outboxTopics({ ...clients, log }), log }, ending.signal);
  }, TIMEOUT_MS);
  afterEach(async () => {
    ending.abort();
    await relay;
    await api.close();
    await database.drop();
  });

  async function addOwner(name: string): Promise<TestUser & { readonly containerId: string }> {
    const user = await addUser(api, admin, name);
    const worker = await database.openAs("worker");
    const { id: containerId } = await worker.asTenant(humanTenant(user.id), ensureContainerRow);
    return { ...user, containerId };
  }

  const errorsOfWaiting = async (): Promise<string[]> => {
    const rows = await database.asOwner<{ topic: string; error: string | null }>(
      "SELECT topic, last_error AS error FROM mosaic.outbox WHERE sent_at IS NULL ORDER BY topic",
    );
    return rows.map(({ topic, error }) => `${topic} ${error}`);
  };

  /** In the order of its history. */
  async function signalsTo(user: TestUser): Promise<(string | null | undefined)[]> {
    const handle = environment.client.workflow.getHandle(agentContainerWorkflowId(humanTenant(user.id)));
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
      signal ? [signal.signalName] : [],
    );
  }

  test(
    "are taken with 202, the owner's and the administrator's, and happen when it is back, in their order",
    async () => {
      const [ann, ben, cleo] = [await addOwner("ann"), await addOwner("ben"), await addUser(api, admin, "cleo")];
      await proxy.cut();
      await ann.session.expect(202, "POST", "/api/me/agent/restart", REASON);
      await ann.session.expect(202, "POST", "/api/me/agent/stop", REASON);
      await admin.expect(202, "POST", `/api/containers/${ben.containerId}/restart`, REASON);
      await admin.expect(202, "POST", `/api/containers/${ben.containerId}/stop`, REASON);
      await admin.expect(202, "POST", `/api/users/${cleo.id}/deactivate`, REASON);
      // Who is locked out is so at once.
      await cleo.session.expect(401, "GET", "/api/session");
      await waitFor(
        async () => (await errorsOfWaiting()).filter((line) => line.endsWith("WORKFLOWS_UNAVAILABLE")).length === 3,
        {
          timeoutMs: TIMEOUT_MS / 2,
          what: "the relay has tried and failed",
        },
      );
      expect(await errorsOfWaiting()).toEqual([
        ...["container.restart WORKFLOWS_UNAVAILABLE", "container.restart WORKFLOWS_UNAVAILABLE"],
        ...["container.stop null", "container.stop null"],
        "user.deactivate WORKFLOWS_UNAVAILABLE",
      ]);
      await proxy.heal();
      await waitFor(async () => (await errorsOfWaiting()).length === 0, { timeoutMs: TIMEOUT_MS, what: "nothing waits" });
      const inOrder = [MESSAGE_NAMES.restart, MESSAGE_NAMES.stop];
      expect([await signalsTo(ann), await signalsTo(ben)]).toEqual([inOrder, inOrder]);
      const [row] = await database.asOwner<{ id: string }>("SELECT id FROM mosaic.user_deactivations");
      const deactivation = environment.client.workflow.getHandle(deactivateUserWorkflowId(row?.id ?? ""));
      expect((await deactivation.describe()).status.name).toBe("RUNNING");
    },
    2 * TIMEOUT_MS,
  );
});
