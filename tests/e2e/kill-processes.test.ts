// `kill -9` of every process of an installation in its worst moments, on a machine of its own, for the engine is among them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { parseRootKey } from "../../adapters/root-key.ts";
import { EMBEDDED_SUPERUSER } from "../../adapters/embedded-postgres.ts";
import { DATABASE } from "../../cli/up/services.ts";
import type { ProcessIdentity } from "../../cli/up/proc.ts";
import type { ContainerView } from "../../contracts/agent-container.ts";
import { ERROR_RULES } from "../../contracts/errors.ts";
import { ApiSession } from "../support/api-session.ts";
import { startTurn, type ChatTurn, type TurnEnd } from "../support/chat-turn.ts";
import { makeLightAgentImage } from "../support/light-agent.ts";
import { makeOwnMachine, type OwnMachine } from "../support/own-machine.ts";
import { startStackOn, type Stack } from "../support/stack.ts";
import { waitFor } from "../support/wait-for.ts";

/** The product promises less; how long it took is printed. */
const CONVERGED_WITHIN_MS = 240_000;
const CASE_TIMEOUT_MS = 1_200_000;
const WORD_PAUSE_MS = 100;
/** A start and an answer last long enough for a machine that stalls to meet them in the middle. */
const BOOT_MS = 6_000;

const VICTIMS = ["api", "worker", "temporal", "postgres", "dockerd"] as const;
type Victim = (typeof VICTIMS)[number];

const WORDS = 120;
const UNTOUCHED = { words: WORDS, ends: ["answered"], causes: [] };
const STARTED_ONCE = ["chat", "started"];
/** How the chat under way ends, and what the timeline says. */
const EXPECTED = {
  // Its own chats are cut off with it, the start goes on without it.
  api: {
    starting: { ends: ["cut"], causes: STARTED_ONCE },
    streaming: { ...UNTOUCHED, ends: ["cut"] },
    stopping: { ends: ["cut"] },
  },
  worker: {
    starting: { ends: ["answered"], causes: STARTED_ONCE },
    streaming: UNTOUCHED,
    stopping: { ends: ["answered"] },
  },
  // Whoever waits for a start may meet the gap, and is told to try again.
  temporal: {
    starting: { ends: ["answered", "retryable"], causes: STARTED_ONCE },
    streaming: UNTOUCHED,
    stopping: { ends: ["answered"] },
  },
  postgres: {
    starting: { ends: ["answered", "retryable"], causes: STARTED_ONCE },
    streaming: UNTOUCHED,
    stopping: { ends: ["answered"] },
  },
  // Containers die with it, and are made again where somebody wants them. The answer is longer than the engine waits for
  // them when it comes back.
  dockerd: {
    starting: { ends: ["answered"], causes: ["chat", "start_failed", "started"] },
    streaming: { words: 300, ends: ["retryable"], causes: ["crashed", "started"] },
    stopping: { ends: ["answered", "retryable"] },
  },
} as const;

const start = {
  arguments: ["--demo"],
  environment: { MOSAIC_AGENT_IMAGE: `mosaic-test-killed:${process.pid}`, MOSAIC_AGENT_MEMORY_MB: "256" },
};

let machine: OwnMachine;
let stack: Stack;
let session: ApiSession;
let apiKey: string;
let databaseUrl: string;

beforeAll(async () => {
  machine = await makeOwnMachine();
  stack = await startStackOn(machine, start);
  await makeLightAgentImage(machine.docker, { name: "killed", bootMs: BOOT_MS, wordPauseMs: WORD_PAUSE_MS });
  const demo = await waitFor(async () => JSON.parse(await readFile(join(stack.dataDir, "demo.json"), "utf8")), {
    timeoutMs: CONVERGED_WITHIN_MS,
    what: "the demonstration's facts",
  });
  apiKey = demo.apiKey;
  session = new ApiSession(stack.url);
  await session.signIn(demo.user, demo.password);
  const ports = JSON.parse(await readFile(join(stack.dataDir, "ports.json"), "utf8"));
  const rootKey = parseRootKey((await readFile(join(stack.dataDir, "secret.key"), "utf8")).trim());
  const password = rootKey.derive("pg/mosaic_root").toString("base64url");
  databaseUrl = `postgres://${EMBEDDED_SUPERUSER}:${password}@127.0.0.1:${await machine.reach(ports.postgres)}/${DATABASE}`;
}, 900_000);

afterAll(async () => {
  await stack?.stop();
  await machine?.remove();
}, 600_000);

const agent = (): Promise<ContainerView> => session.expect(200, "GET", "/api/me/agent");
const say = (message: string): ChatTurn => startTurn({ url: stack.url, apiKey, message });
const containers = () => machine.docker.listContainers({ all: true, filters: { label: ["mosaic.tenant"] } });

async function untilPhase(phase: ContainerView["phase"]): Promise<void> {
  await waitFor(async () => (await agent()).phase === phase, {
    timeoutMs: CONVERGED_WITHIN_MS,
    everyMs: 150,
    what: `the agent is ${phase}`,
  });
}

/** Said again where it is told to try again. */
async function isAnswered(message: string): Promise<void> {
  const outcomes: string[] = [];
  const isOver = async (): Promise<boolean> => {
    outcomes.push(outcomeOf(await say(message).end));
    return outcomes.at(-1) !== "retryable";
  };
  await waitFor(isOver, { timeoutMs: CONVERGED_WITHIN_MS, everyMs: 1_000, what: "an answer" });
  expect(outcomes.at(-1)).toBe("answered");
}

const wake = (): Promise<void> => isAnswered("Wake up.");

async function putToSleep(): Promise<void> {
  if ((await agent()).status === "stopped") return;
  await session.expect(202, "POST", "/api/me/agent/stop", { reason: "The next test begins asleep." });
  await untilPhase("asleep");
}

async function processes(): Promise<Record<Victim, ProcessIdentity>> {
  return JSON.parse(await readFile(join(stack.dataDir, "processes.json"), "utf8"));
}

interface Killed {
  /** Of `performance.now()`. */
  readonly atMs: number;
  /** The supervisor says how long it took; the product promises 10 s. */
  readonly isBack: () => Promise<void>;
}

async function kill(victim: Victim): Promise<Killed> {
  const { [victim]: target } = await processes();
  const seen = stack.output().length;
  const atMs = performance.now();
  await machine.signal(target.pid, "KILL");
  const back = new RegExp(`✓ ${victim} is back after .*`);
  const isBack = async (): Promise<void> => {
    const line = await waitFor(() => back.exec(stack.output().slice(seen))?.[0], {
      timeoutMs: CONVERGED_WITHIN_MS,
      what: `the supervisor brings ${victim} back`,
    });
    process.stderr.write(`${line}\n`);
  };
  return { atMs, isBack };
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

/** One container that serves, or none, as its row says, and nothing left to deliver. */
async function converges(phase: "ready" | "asleep", killedAtMs = performance.now()): Promise<void> {
  await waitFor(
    async () => {
      const [found, view, unsent] = [await containers(), await agent(), await unsentMessages()];
      const states = found.map(({ State }) => State).join();
      const isSettled = states === (phase === "ready" ? "running" : "") && view.phase === phase && unsent === 0;
      if (!isSettled) throw new Error(`containers [${states}], ${view.phase}: ${view.reason}, ${unsent} unsent`);
      return true;
    },
    { timeoutMs: CONVERGED_WITHIN_MS, everyMs: 250, what: `one truth: ${phase}` },
  );
  process.stderr.write(`  converged after ${Math.round(performance.now() - killedAtMs)} ms\n`);
}

async function causesSince(before: ContainerView): Promise<string[]> {
  const known = new Set(before.timeline.map(({ id }) => id));
  const { timeline } = await agent();
  return timeline
    .filter(({ id }) => !known.has(id))
    .map(({ cause }) => cause)
    .toReversed();
}

const hasAnswerBegun = ({ events }: ChatTurn): boolean => events.filter(({ event }) => event === "message").length > 3;

async function startTalking(words: number): Promise<ChatTurn> {
  const turn = say(Array.from({ length: words }, (_, index) => `word${index}`).join(" "));
  await waitFor(() => hasAnswerBegun(turn), { timeoutMs: CONVERGED_WITHIN_MS, everyMs: 20, what: "the answer begins" });
  return turn;
}

/** A failure says whether trying again can help. */
function outcomeOf(end: TurnEnd): "answered" | "cut" | "retryable" | "final" {
  if (end.kind !== "failed") return end.kind;
  return ERROR_RULES[end.code].retry ? "retryable" : "final";
}

describe.each(VICTIMS)("%s is killed", (victim) => {
  test(
    "while a chat is starting: the start goes on to its end",
    async () => {
      await putToSleep();
      const before = await agent();
      const turn = say("Good morning");
      await waitFor(() => turn.events.some(({ data }) => data.includes('"phase":"booting"')), {
        timeoutMs: CONVERGED_WITHIN_MS,
        everyMs: 20,
        what: "the container boots",
      });
      const killed = await kill(victim);
      expect(EXPECTED[victim].starting.ends).toContain(outcomeOf(await turn.end));
      await killed.isBack();
      await converges("ready", killed.atMs);
      expect(await causesSince(before)).toEqual(EXPECTED[victim].starting.causes);
      await isAnswered("Once more");
    },
    CASE_TIMEOUT_MS,
  );

  test(
    "while a chat streams: the container goes on or is made again",
    async () => {
      await wake();
      const before = await agent();
      const turn = await startTalking(EXPECTED[victim].streaming.words);
      const killed = await kill(victim);
      expect(EXPECTED[victim].streaming.ends).toContain(outcomeOf(await turn.end));
      await killed.isBack();
      await converges("ready", killed.atMs);
      expect(await causesSince(before)).toEqual(EXPECTED[victim].streaming.causes);
      await isAnswered("Once more");
    },
    CASE_TIMEOUT_MS,
  );

  test(
    "while a stop runs: it is stopped, and the next chat wakes it",
    async () => {
      await wake();
      const before = await agent();
      const turn = await startTalking(WORDS);
      await session.expect(202, "POST", "/api/me/agent/stop", { reason: "Enough for today." });
      await untilPhase("stopping");
      const killed = await kill(victim);
      expect(EXPECTED[victim].stopping.ends).toContain(outcomeOf(await turn.end));
      await killed.isBack();
      await converges("asleep", killed.atMs);
      expect(await causesSince(before)).toEqual(["stop_requested"]);
      await isAnswered("Once more");
    },
    CASE_TIMEOUT_MS,
  );
});

test(
  "the supervisor is killed: the next start ends what it left, takes its engine over, and goes on",
  async () => {
    await wake();
    const [orphans, before] = [await processes(), await containers()];
    const { pid } = JSON.parse(await readFile(join(stack.dataDir, "up.lock"), "utf8"));
    await machine.signal(pid, "KILL");
    stack = await startStackOn(machine, start);
    expect(stack.output()).toContain("left over from an earlier start");
    const now = await processes();
    expect(now.dockerd).toEqual(orphans.dockerd);
    for (const name of ["api", "worker", "temporal", "postgres"] as const) expect(now[name]).not.toEqual(orphans[name]);
    await converges("ready");
    expect((await containers()).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
    await isAnswered("Once more");
    // An engine that was taken over is brought back like one that was started.
    const killed = await kill("dockerd");
    await killed.isBack();
    await converges("ready", killed.atMs);
    await isAnswered("Once more");
  },
  CASE_TIMEOUT_MS,
);
