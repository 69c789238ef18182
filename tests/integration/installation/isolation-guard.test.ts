// No agent starts before isolation is proven; the row of the engine says why not.
import { pino } from "pino";
import type { AgentIsolation } from "../../../adapters/docker/agent-isolation.ts";
import type { IsolationSetting } from "../../../contracts/installation/agent-isolation.ts";
import { listEngines } from "../../../db/containers/engines.ts";
import { createIsolationGuard } from "../../../workers/containers/isolation-guard.ts";
import { createFleetBench, type FleetBench } from "../../support/containers/fleet-bench.ts";
import { waitFor } from "../../support/core/wait-for.ts";

type Verdict = Awaited<ReturnType<AgentIsolation["establish"]>>;
const PROVEN: Verdict = { state: "proven", reason: null, findings: [] };
const BROKEN: Verdict = {
  state: "broken",
  reason: "agents_reach_host",
  findings: [{ place: "host", target: "172.28.0.1 port 40000", answer: "open" }],
};
let bench: FleetBench;
let verdict: Verdict;
let looks: string[];
let givenUp: number;
let logged: string[];

beforeAll(async () => {
  bench = await createFleetBench();
});
beforeEach(async () => {
  await bench.reset();
  await bench.database.asOwner("DELETE FROM mosaic.engines");
  [verdict, looks, givenUp, logged] = [PROVEN, [], 0, []];
});
afterAll(async () => {
  await bench?.database.drop();
});

function guardWith(setting: IsolationSetting = "required") {
  const isolation: AgentIsolation = {
    async establish({ networkId }) {
      looks.push(networkId);
      return verdict;
    },
    async giveUp() {
      givenUp += 1;
      return null;
    },
  };
  const log = pino({ level: "info" }, { write: (line: string) => void logged.push(line) });
  return createIsolationGuard({ ...bench, setting, isolation, log });
}
const told = async () => (await bench.worker.globally(listEngines))[0]?.isolation;

test("a network is proven once, and another one again", async () => {
  const guard = guardWith();
  const network = await guard.provenNetwork();
  await guard.provenNetwork();
  expect(looks).toEqual([network.networkId]);
  expect(await told()).toMatchObject({ state: "proven", checkedAt: expect.any(String) });
  bench.runtime.network = null;
  const next = await guard.provenNetwork();
  expect(looks).toEqual([network.networkId, next.networkId]);
});

test("while a hole is found nothing may start: row and log say which", async () => {
  const guard = guardWith();
  verdict = BROKEN;
  await expect(guard.provenNetwork()).rejects.toMatchObject({ code: "ISOLATION_UNPROVEN", retryable: false });
  expect(await told()).toMatchObject(BROKEN);
  expect(logged.join("")).toContain('"reason":"agents_reach_host"');
  verdict = PROVEN;
  await guard.provenNetwork();
  expect(await told()).toMatchObject({ state: "proven", reason: null });
});

test("a hole that opens later stops new starts: it is looked for by schedule, and when the engine was away", async () => {
  const guard = guardWith();
  const ending = new AbortController();
  const running = guard.run(ending.signal);
  const isTold = (state: string) =>
    waitFor(async () => (await told())?.state === state, { timeoutMs: 60_000, what: `isolation is ${state}` });
  await isTold("proven");
  verdict = BROKEN;
  guard.wake();
  await isTold("broken");
  await expect(guard.provenNetwork()).rejects.toMatchObject({ code: "ISOLATION_UNPROVEN" });
  ending.abort();
  await running;
});

test("many that wait share one look", async () => {
  const guard = guardWith();
  await Promise.all(Array.from({ length: 5 }, () => guard.provenNetwork()));
  expect(looks).toHaveLength(1);
});

test("switched off by name, agents start unproven, and rules of before are taken away once", async () => {
  await guardWith().provenNetwork();
  looks = [];
  const guard = guardWith("off-agents-reach-my-network");
  await guard.provenNetwork();
  const ending = new AbortController();
  const running = guard.run(ending.signal);
  await waitFor(async () => (await told())?.state === "off", { timeoutMs: 60_000, what: "it is told to be off" });
  ending.abort();
  await running;
  expect([looks, givenUp]).toEqual([[], 1]);
  expect(logged.join("")).toContain('"event":"isolation.off"');
});
