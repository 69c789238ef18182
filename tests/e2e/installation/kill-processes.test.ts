// `kill -9` of every process of an installation at the worst moments, on a separate machine, because the engine is among them.
// Each kill affects three people at once, each at a different moment.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import pg from "pg";
import { parseRootKey } from "../../../adapters/crypto/root-key.ts";
import { EMBEDDED_SUPERUSER } from "../../../adapters/postgres/embedded-postgres.ts";
import { DATABASE } from "../../../cli/up/services.ts";
import type { ProcessIdentity } from "../../../cli/up/proc.ts";
import {
  answerTo,
  causesSince,
  outcomeOf,
  putToSleep,
  startStopping,
  startTalking,
  startWaking,
  wake,
  type Outcome,
} from "../../support/containers/agent-moments.ts";
import { addPerson, demoUser, factsOf, type Person } from "../../support/people/demo-people.ts";
import { LIGHT_AGENT_ENVIRONMENT, makeLightAgentImage } from "../../support/containers/light-agent.ts";
import { makeOwnMachine, type OwnMachine } from "../../support/core/own-machine.ts";
import { startStackOn, type Stack } from "../../support/core/stack.ts";
import { waitFor } from "../../support/core/wait-for.ts";

/** The product promises less; the actual time is printed. */
const CONVERGED_WITHIN_MS = 240_000;
const CASE_TIMEOUT_MS = 1_200_000;
const WORD_PAUSE_MS = 100;
/** Starts and answers take long enough that the kill happens in the middle even if the machine stalls. */
const BOOT_MS = 6_000;

const VICTIMS = ["api", "worker", "temporal", "postgres", "dockerd"] as const;
type Victim = (typeof VICTIMS)[number];
const MOMENTS = ["starting", "streaming", "stopping"] as const;
type Moment = (typeof MOMENTS)[number];

const WORDS = 120;
const UNTOUCHED = { words: WORDS, ends: ["answered"], causes: [] };
const STARTED_ONCE = ["chat", "started"];
const STOPPED = ["stop_requested"];
/** How the running chat ends, and what the timeline says. */
const EXPECTED = {
  // Its own chats are cut off with it; the start continues without it.
  api: {
    starting: { ends: ["cut"], causes: STARTED_ONCE },
    streaming: { ...UNTOUCHED, ends: ["cut"] },
    stopping: { ends: ["cut"], causes: STOPPED },
  },
  worker: {
    starting: { ends: ["answered"], causes: STARTED_ONCE },
    streaming: UNTOUCHED,
    stopping: { ends: ["answered"], causes: STOPPED },
  },
  // A caller that waits for a start may see the gap, and is told to try again.
  temporal: {
    starting: { ends: ["answered", "retryable"], causes: STARTED_ONCE },
    streaming: UNTOUCHED,
    stopping: { ends: ["answered"], causes: STOPPED },
  },
  postgres: {
    starting: { ends: ["answered", "retryable"], causes: STARTED_ONCE },
    streaming: UNTOUCHED,
    stopping: { ends: ["answered"], causes: STOPPED },
  },
  // Containers die with it, and are created again if someone uses them. The answer takes longer than a returning engine waits
  // for containers that still run.
  dockerd: {
    starting: { ends: ["answered"], causes: ["chat", "start_failed", "started"] },
    streaming: { words: 300, ends: ["retryable"], causes: ["crashed", "started"] },
    stopping: { ends: ["answered", "retryable"], causes: STOPPED },
  },
} as const;

const start = {
  arguments: ["--demo"],
  environment: { MOSAIC_AGENT_IMAGE: `mosaic-test-killed:${process.pid}`, ...LIGHT_AGENT_ENVIRONMENT },
};

let machine: OwnMachine;
let stack: Stack;
let people: Readonly<Record<Moment, Person>>;
let databaseUrl: string;

beforeAll(async () => {
  machine = await makeOwnMachine();
  stack = await startStackOn(machine, start);
  await makeLightAgentImage(machine.docker, { name: "killed", bootMs: BOOT_MS, wordPauseMs: WORD_PAUSE_MS });
  const demo = await demoUser(stack);
  const [streaming, stopping] = [await addPerson(stack, demo, "talker"), await addPerson(stack, demo, "stopper")];
  people = { starting: demo, streaming, stopping };
  const ports = await factsOf(stack, "ports.json");
  const rootKey = parseRootKey((await readFile(join(stack.dataDir, "secret.key"), "utf8")).trim());
  const password = rootKey.derive("pg/mosaic_root").toString("base64url");
  databaseUrl = `postgres://${EMBEDDED_SUPERUSER}:${password}@127.0.0.1:${await machine.reach(ports.postgres)}/${DATABASE}`;
}, 900_000);

afterAll(async () => {
  await stack?.stop();
  await machine?.remove();
}, 600_000);

const everybody = (): Person[] => MOMENTS.map((moment) => people[moment]);
const processes = (): Promise<Record<Victim, ProcessIdentity>> => factsOf(stack, "processes.json");

/** In a fixed order. */
async function containers(label = "mosaic.tenant"): Promise<Docker.ContainerInfo[]> {
  const found = await machine.docker.listContainers({ all: true, filters: { label: [label] } });
  return found.toSorted((a, b) => a.Id.localeCompare(b.Id));
}

interface Killed {
  /** Of `performance.now()`. */
  readonly atMs: number;
  /** The supervisor says how long it took; the product promises 10 s. */
  readonly isBack: Promise<void>;
}

async function kill(victim: Victim, { pid }: ProcessIdentity): Promise<Killed> {
  const seen = stack.output().length;
  const atMs = performance.now();
  await machine.signal(pid, "KILL");
  const back = new RegExp(`✓ ${victim} is back after .*`);
  const isBack = waitFor(() => back.exec(stack.output().slice(seen))?.[0], {
    timeoutMs: CONVERGED_WITHIN_MS,
    what: `the supervisor brings ${victim} back`,
  }).then((line) => void process.stderr.write(`${line}\n`));
  return { atMs, isBack: awaitedLater(isBack) };
}

/** A failure is reported where it is awaited. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function unsentMessages(): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query("SELECT count(*)::int AS count FROM mosaic.outbox WHERE sent_at IS NULL");
    return rows[0].count;
  } finally {
    await client.end();
  }
}

/** One serving container, or none, in agreement with the row, and nothing left to deliver. */
async function converges({ name, tenant, agent }: Person, phase: "ready" | "asleep", killedAtMs: number): Promise<void> {
  await waitFor(
    async () => {
      const [found, view, unsent] = [await containers(`mosaic.tenant=${tenant}`), await agent(), await unsentMessages()];
      const states = found.map(({ State }) => State).join();
      const isSettled = states === (phase === "ready" ? "running" : "") && view.phase === phase && unsent === 0;
      if (!isSettled)
        throw new Error(`containers [${states}], ${view.phase}: ${JSON.stringify(view.reason)}, ${unsent} unsent`);
      return true;
    },
    { timeoutMs: CONVERGED_WITHIN_MS, everyMs: 250, what: `one truth: ${phase}` },
  );
  process.stderr.write(`  ${name} converged after ${Math.round(performance.now() - killedAtMs)} ms\n`);
}

async function everybodyConverges(phase: "ready", killedAtMs = performance.now()): Promise<void> {
  await Promise.all(everybody().map((person) => converges(person, phase, killedAtMs)));
}

async function everybodyIsAnswered(message: string): Promise<void> {
  const outcomes = await Promise.all(everybody().map((person) => answerTo(person, message)));
  expect(outcomes).toEqual(everybody().map(() => "answered"));
}

interface Aftermath {
  /** How the running chat ended. */
  readonly end: Outcome;
  readonly causes: readonly string[];
  /** How the next chat ended. */
  readonly next: Outcome;
}

/** Kills it once all three have reached their moments; the outcomes are then checked side by side. */
async function killAmidst(victim: Victim): Promise<Readonly<Record<Moment, Promise<Aftermath>>>> {
  const { starting, streaming, stopping } = people;
  await Promise.all([putToSleep(starting), wake(streaming), wake(stopping)]);
  const { [victim]: target } = await processes();
  const before = { starting: await starting.agent(), streaming: await streaming.agent(), stopping: await stopping.agent() };
  const [streamed, stopped] = await Promise.all([
    startTalking(streaming, EXPECTED[victim].streaming.words),
    startStopping(stopping, WORDS),
  ]);
  // The shortest moment comes last.
  const turns = { streaming: streamed, stopping: stopped, starting: await startWaking(starting) };
  const killed = await kill(victim, target);
  const aftermath = async (moment: Moment): Promise<Aftermath> => {
    const person = people[moment];
    const end = outcomeOf(await turns[moment].end);
    await killed.isBack;
    await converges(person, moment === "stopping" ? "asleep" : "ready", killed.atMs);
    const causes = await causesSince(person, before[moment]);
    return { end, causes, next: await answerTo(person, "Once more") };
  };
  return {
    starting: awaitedLater(aftermath("starting")),
    streaming: awaitedLater(aftermath("streaming")),
    stopping: awaitedLater(aftermath("stopping")),
  };
}

describe.each(VICTIMS)("%s is killed", (victim) => {
  let after: Awaited<ReturnType<typeof killAmidst>>;

  beforeAll(async () => {
    after = await killAmidst(victim);
  }, CASE_TIMEOUT_MS);

  // Even if one of them fails, the next victim is not killed before all are done.
  afterAll(async () => void (await Promise.allSettled(Object.values(after ?? {}))), CASE_TIMEOUT_MS);

  test.each([
    ["while a chat is starting: the start completes", "starting"],
    ["while a chat streams: the container continues or is created again", "streaming"],
    ["while a stop runs: the agent is stopped, and the next chat wakes it", "stopping"],
  ] as const)(
    "%s",
    async (_name, moment) => {
      const { end, causes, next } = await after[moment];
      expect(EXPECTED[victim][moment].ends).toContain(end);
      expect(causes).toEqual(EXPECTED[victim][moment].causes);
      expect(next).toBe("answered");
    },
    CASE_TIMEOUT_MS,
  );
});

test(
  "the supervisor is killed: the next start ends its leftover processes and takes over its engine",
  async () => {
    await everybodyIsAnswered("Wake up.");
    const [orphans, before] = [await processes(), await containers()];
    const { pid } = await factsOf(stack, "up.lock");
    await machine.signal(pid, "KILL");
    stack = await startStackOn(machine, start);
    expect(stack.output()).toContain("left over from an earlier start");
    const now = await processes();
    expect(now.dockerd).toEqual(orphans.dockerd);
    for (const name of ["api", "worker", "temporal", "postgres"] as const) expect(now[name]).not.toEqual(orphans[name]);
    await everybodyConverges("ready");
    expect((await containers()).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
    await everybodyIsAnswered("Once more");
    // An adopted engine is restarted like one that the supervisor started.
    const killed = await kill("dockerd", now.dockerd);
    await killed.isBack;
    await everybodyConverges("ready", killed.atMs);
    await everybodyIsAnswered("Once more");
  },
  CASE_TIMEOUT_MS,
);

test(
  "Ctrl-C leaves the engine and its containers running and says how to stop it; the next start supervises it again",
  async () => {
    await everybodyIsAnswered("Wake up.");
    const [{ dockerd: engine }, before] = [await processes(), await containers()];
    expect(before).toHaveLength(MOMENTS.length);
    expect(await stack.stop()).toBe(0);
    const says = (): boolean => stack.output().includes(`To stop it: kill ${engine.pid}`);
    await waitFor(says, { timeoutMs: CONVERGED_WITHIN_MS, what: "it says how" });
    expect((await containers()).map(({ Id, State }) => [Id, State])).toEqual(before.map(({ Id }) => [Id, "running"]));
    stack = await startStackOn(machine, start);
    expect((await processes()).dockerd).toEqual(engine);
    await everybodyIsAnswered("Once more");
  },
  CASE_TIMEOUT_MS,
);
