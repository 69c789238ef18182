// The engine watcher against a real Postgres and an engine in memory.
import { plainReason } from "../../../contracts/containers/container-reasons.ts";
import { pino } from "pino";
import type { EngineObservation } from "../../../contracts/containers/agent-container.ts";
import { ENGINE_CHANGED_CHANNEL } from "../../../contracts/core/channels.ts";
import { setPhase } from "../../../db/containers/containers.ts";
import { listEngines } from "../../../db/containers/engines.ts";
import { getConfig } from "../../../db/installation/system-config.ts";
import { createNews, observeAll, reportEngine, runEngineWatcher } from "../../../workers/containers/engine-watcher.ts";
import { createFleetBench, type FleetBench } from "../../support/containers/fleet-bench.ts";
import type { Person } from "../../support/people/people.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const PATIENCE_MS = 50_000;
const log = pino({ level: "silent" });
let bench: FleetBench;
let person: Person;
let id: string;

beforeAll(async () => {
  bench = await createFleetBench();
});
beforeEach(async () => {
  await bench.reset();
  ({ id, ...person } = await bench.readyPerson());
  bench.runtime.put({ engineContainerId: id, tenant: person.tenant });
  bench.containers.open.add(person.tenant);
});
afterAll(async () => {
  await bench?.database.drop();
});

/** Isolation has tests of its own. */
const guard = { run: async () => undefined, wake: () => undefined, sawNetwork: () => undefined };
const deps = () => ({ ...bench, guard, log });
const told = (): EngineObservation[] => bench.containers.calls.map((call) => call.argument as EngineObservation);
const exited = { kind: "exited", exitCode: 137 } as const;

async function observedState(): Promise<string | null> {
  const [row] = await bench.database.asOwner<{ state: string | null }>(
    "SELECT observed_state AS state FROM mosaic.agent_containers WHERE engine_container_id = $1",
    [id],
  );
  return row?.state ?? null;
}

describe("the list", () => {
  test("notes what runs and tells nobody", async () => {
    await observeAll(deps(), createNews(deps()));
    expect(await observedState()).toBe("running");
    expect(bench.containers.calls).toEqual([]);
  });

  test("tells a loss once, with the exit code that the engine knows", async () => {
    const news = createNews(deps());
    await observeAll(deps(), news);
    bench.runtime.put({ engineContainerId: id, tenant: person.tenant, state: "exited", exitCode: 3, address: null });
    await observeAll(deps(), news);
    await observeAll(deps(), news);
    expect(told()).toEqual([{ engineContainerId: id, kind: "exited", exitCode: 3 }]);
    expect(await observedState()).toBe("exited");
  });

  test("tells a container that vanished", async () => {
    bench.runtime.containers.clear();
    await observeAll(deps(), createNews(deps()));
    expect(told()).toEqual([{ engineContainerId: id, kind: "removed", exitCode: null }]);
  });

  test("keeps the news while Temporal is away", async () => {
    const news = createNews(deps());
    bench.runtime.containers.clear();
    bench.containers.isAway = true;
    await observeAll(deps(), news);
    bench.containers.isAway = false;
    await observeAll(deps(), news);
    expect(told()).toHaveLength(1);
  });

  test("tells nobody of a container that its workflow is stopping", async () => {
    await bench.worker.asTenant(person.tenant, (tx) => setPhase(tx, { phase: "stopping", reason: plainReason("idle") }));
    bench.runtime.containers.clear();
    await observeAll(deps(), createNews(deps()));
    expect(bench.containers.calls).toEqual([]);
  });
});

describe("an event", () => {
  let ending: AbortController;
  let watcher: Promise<void>;

  beforeEach(async () => {
    ending = new AbortController();
    let lists = 0;
    const { list } = bench.runtime;
    bench.runtime.list = async () => {
      lists += 1;
      return await list();
    };
    watcher = runEngineWatcher(deps(), ending.signal);
    await waitFor(() => bench.runtime.watchers === 1, { timeoutMs: PATIENCE_MS, what: "the stream is open" });
    await waitFor(async () => (await observedState()) === "running", {
      timeoutMs: PATIENCE_MS,
      what: "the first list is noted",
    });
    // An opened stream is followed by another list: it must not see what the test does next.
    await waitFor(() => lists >= 2, { timeoutMs: PATIENCE_MS, what: "the list after the opening is made" });
  });

  afterEach(async () => {
    ending.abort();
    await watcher;
  });

  const isTold = (count: number) =>
    waitFor(() => told().length === count, { timeoutMs: PATIENCE_MS, what: `${count} told`, everyMs: 10 });

  test("of a death is told by itself, without another list", async () => {
    const before = await bench.runtime.list();
    bench.runtime.list = async () => before;
    bench.runtime.put({ engineContainerId: id, tenant: person.tenant, state: "exited", exitCode: 137, address: null });
    bench.runtime.emit({ ...exited, engineContainerId: id, tenant: person.tenant });
    await isTold(1);
    expect(told()).toEqual([{ engineContainerId: id, ...exited }]);
  });

  test("of a death and a removal at once is told once, as a removal", async () => {
    bench.runtime.emit({ ...exited, engineContainerId: id, tenant: person.tenant });
    bench.runtime.containers.clear();
    bench.runtime.emit({ kind: "removed", engineContainerId: id, tenant: person.tenant, exitCode: null });
    await isTold(1);
    expect(told()).toEqual([{ engineContainerId: id, kind: "removed", exitCode: null }]);
  });

  test("of an older container is not told", async () => {
    bench.runtime.emit({ ...exited, engineContainerId: "c-older", tenant: person.tenant });
    bench.runtime.put({
      engineContainerId: id,
      tenant: person.tenant,
      state: "exited",
      exitCode: 1,
      outOfMemory: true,
      address: null,
    });
    bench.runtime.emit({ kind: "out_of_memory", exitCode: 137, engineContainerId: id, tenant: person.tenant });
    await isTold(1);
    expect(told()[0]).toMatchObject({ engineContainerId: id, kind: "out_of_memory" });
  });

  test("that was missed while the stream was cut is found in the list after it is open again", async () => {
    bench.runtime.containers.clear();
    bench.runtime.cutStreams();
    await isTold(1);
    await waitFor(() => bench.runtime.watchers === 2, { timeoutMs: PATIENCE_MS, what: "the stream is open again" });
  });
});

describe("the report", () => {
  const engine = async () => (await bench.worker.globally(listEngines))[0];

  test("shows version and network, remembers the subnet, and tells listeners of a new network only", async () => {
    const notices: string[] = [];
    const stop = await bench.worker.listen(ENGINE_CHANGED_CHANNEL, (payload) => notices.push(payload));
    await reportEngine(deps());
    await waitFor(() => notices.length === 1, { timeoutMs: PATIENCE_MS, what: "listeners are told" });
    expect(await engine()).toMatchObject({ name: "local", ok: true, version: "20.10.24", gatewayAddress: "172.28.0.1" });
    expect(await bench.worker.globally((tx) => getConfig(tx, "agents.subnet"))).toBe("172.28.0.0/20");
    await reportEngine(deps());
    expect(notices).toHaveLength(1);
    bench.runtime.network = null;
    await reportEngine(deps());
    await waitFor(() => notices.length === 2, { timeoutMs: PATIENCE_MS, what: "listeners are told of the new network" });
    expect(await engine()).toMatchObject({ networkId: "n2", subnet: "172.28.0.0/20" });
    await stop();
  });

  test("says that the engine is away, and keeps what was known of its network", async () => {
    await reportEngine(deps());
    bench.runtime.isAway = true;
    await reportEngine(deps());
    expect(await engine()).toMatchObject({
      ok: false,
      detail: "The container engine does not answer.",
      gatewayAddress: "172.28.0.1",
    });
  });
});
