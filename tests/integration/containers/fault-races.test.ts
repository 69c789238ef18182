// Stops against chats, and bursts of changes: the real api, relay and workflows on a real Postgres and a real Temporal
// server; only the engine is a light one.
import { setTimeout as delay } from "node:timers/promises";
import { volumeNameOf } from "../../../contracts/containers/agent-container.ts";
import { ERROR_RULES } from "../../../contracts/core/errors.ts";
import { humanTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import { listEvents } from "../../../db/containers/container-events.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { addUser, type TestApi, type TestUser } from "../../support/core/api.ts";
import type { Answer, ApiSession } from "../../support/core/api-session.ts";
import { commonTruth, type ContainerWorld } from "../../support/containers/container-world.ts";
import type { LightEngine } from "../../support/containers/light-engine.ts";
import { startLightInstallation, type LightInstallation } from "../../support/containers/light-installation.ts";
import { providerInput } from "../../support/people/people.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { sized } from "../../support/core/run-size.ts";

const TENANTS = 8;
const ROUNDS = sized(40);
const STOPS_IN_START = sized(8);
const IDLE_ROUNDS = sized(10);
const CHANGES = 50;
const PATIENCE_MS = 180_000;
const SUITE_TIMEOUT_MS = sized(1_200_000);
/** Between the rounds of one test moments are spread over a span; one slow measurement must not make it minutes. */
const SPAN_MAX_MS = 5_000;
/** How long nothing must change until a gathering of changes ends. */
const CONFIG_QUIET_MS = 2_000;
/** A chat whose start was stopped is told so; how often it may happen to one chat that tries again. */
const TRIES = 10;
/** No outcome of a race, but of a machine that is busy for too long: waited out. */
const OUTAGES: ReadonlySet<string> = new Set(["container_starting", "database_unavailable", "rate_limited"]);
const OUTAGE_PAUSE_MS = 1_000;
const RETRYABLE: ReadonlySet<string> = new Set(
  Object.entries(ERROR_RULES).flatMap(([code, { retry }]) => (retry ? [code.toLowerCase()] : [])),
);

interface Chatter extends TestUser {
  readonly tenant: Tenant;
  readonly apiKey: string;
}

let installation: LightInstallation;
let world: ContainerWorld;
let engine: LightEngine;
let api: TestApi;
let admin: ApiSession;

beforeAll(async () => {
  installation = await startLightInstallation();
  ({ world, engine, api, admin } = installation);
}, 240_000);
afterAll(() => installation?.close(), 240_000);

async function addChatter(name: string): Promise<Chatter> {
  const user = await addUser(api, admin, name);
  await user.session.expect(201, "POST", "/api/me/providers", providerInput());
  const { apiKey } = await user.session.expect(201, "POST", "/api/me/keys", { name: "test", scopes: ["chat:send"] });
  return { ...user, tenant: humanTenant(user.id), apiKey };
}

async function addChatters(name: string): Promise<Chatter[]> {
  const chatters: Chatter[] = [];
  for (let index = 0; index < TENANTS; index += 1) chatters.push(await addChatter(`${name}-${index}`));
  return chatters;
}

/** `answered`, or the code of the error. Whatever else comes back is a lost chat. */
async function chat({ apiKey }: Chatter, text: string): Promise<string> {
  const answer = await fetch(`${api.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openclaw", messages: [{ role: "user", content: text }] }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = JSON.parse(await answer.text());
  if (answer.status === 200) return body.choices[0].message.content.includes(text) ? "answered" : "answered wrongly";
  const { code } = body.error;
  return RETRYABLE.has(code) && answer.headers.has("retry-after") ? code : `not retryable: ${answer.status} ${code}`;
}

async function chatUntilAnswered(chatter: Chatter, text: string): Promise<string[]> {
  const outcomes: string[] = [];
  const endsAt = Date.now() + PATIENCE_MS;
  while (outcomes.at(-1) !== "answered" && outcomes.length < TRIES) {
    const outcome = await chat(chatter, text);
    if (OUTAGES.has(outcome) && Date.now() < endsAt) await delay(OUTAGE_PAUSE_MS);
    else outcomes.push(outcome);
  }
  return outcomes;
}

/** A multiple of the longest of these durations. */
const spanOf = (durationsMs: readonly number[], factor: number): number =>
  Math.min(SPAN_MAX_MS, factor * Math.max(...durationsMs));

/** Whoever waits too long for the database is told to try again. */
async function insist(call: () => Promise<Answer>): Promise<number> {
  let status = 503;
  while (status === 503) ({ status } = await call());
  return status;
}

/** All at once wait for one row. */
async function changeConfig({ session }: Chatter, change: object): Promise<void> {
  expect(await insist(() => session.call("PATCH", "/api/me/agent-config", change))).toBe(200);
}

async function stop({ session }: Chatter): Promise<void> {
  expect(await insist(() => session.call("POST", "/api/me/agent/stop", { reason: "A race." }))).toBe(202);
}

const rowOf = ({ tenant }: Chatter) => world.api.asTenant(tenant, (tx) => findContainer(tx));
const isIn = async (chatter: Chatter, phase: string): Promise<boolean> => (await rowOf(chatter))?.phase === phase;

/** Milliseconds from the request to the sleeping row. */
async function durationOfStop(chatter: Chatter): Promise<number> {
  await chatUntilAnswered(chatter, "wake up");
  const begunAt = Date.now();
  await stop(chatter);
  await waitFor(() => isIn(chatter, "asleep"), { timeoutMs: PATIENCE_MS, everyMs: 5, what: "it sleeps" });
  return Date.now() - begunAt;
}

async function durationOfStart(chatter: Chatter): Promise<number> {
  const begunAt = Date.now();
  await chatUntilAnswered(chatter, "wake up");
  return Date.now() - begunAt;
}

async function outboxIsEmpty(): Promise<boolean> {
  return (await world.database.asOwner("SELECT 1 FROM mosaic.outbox WHERE sent_at IS NULL LIMIT 1")).length === 0;
}

async function allAgree(chatters: readonly Chatter[]): Promise<void> {
  await waitFor(outboxIsEmpty, { timeoutMs: PATIENCE_MS, what: "the outbox is empty" });
  for (const chatter of chatters) {
    await waitFor(() => commonTruth(world, engine, chatter.tenant), {
      timeoutMs: PATIENCE_MS,
      what: "row, engine and workflow agree",
    });
  }
  expect(engine.mostOfOneTenant).toBe(1);
}

test(
  `of ${ROUNDS} races between a stop and a chat none loses the chat, and all three truths agree afterwards`,
  async () => {
    const chatters = await addChatters("racer");
    const spanMs = spanOf(await Promise.all(chatters.map(durationOfStop)), 1.5);
    const outcomes: string[] = [];
    let round = 0;

    async function race(chatter: Chatter): Promise<void> {
      for (; round < ROUNDS;) {
        const number = (round += 1);
        await chatUntilAnswered(chatter, "are you up?");
        const stopped = stop(chatter);
        // Over the whole of the stop, from before its request has arrived to after it is over.
        await delay((spanMs * number) / ROUNDS);
        const [first = "lost", ...later] = await chatUntilAnswered(chatter, `race ${number}`);
        outcomes.push(first, later.at(-1) ?? first);
        await stopped;
      }
    }
    await Promise.all(chatters.map(race));
    const told = outcomes.filter((outcome) => outcome !== "answered");
    console.log(JSON.stringify({ races: ROUNDS, answeredAtOnce: 2 * ROUNDS - told.length, toldToTryAgain: told.length }));
    expect(outcomes).toHaveLength(2 * ROUNDS);
    expect(outcomes.filter((outcome) => outcome !== "answered" && !RETRYABLE.has(outcome))).toEqual([]);
    expect(outcomes.filter((_, index) => index % 2 === 1)).toEqual(Array.from({ length: ROUNDS }, () => "answered"));
    await allAgree(chatters);
    expect([...engine.volumes].toSorted()).toEqual(chatters.map(({ tenant }) => volumeNameOf(tenant)).toSorted());
  },
  SUITE_TIMEOUT_MS,
);

test(
  `of ${STOPS_IN_START} stops in the middle of a start none leaves a container behind`,
  async () => {
    const chatters = await addChatters("sleeper");
    const spanMs = spanOf(await Promise.all(chatters.map(durationOfStart)), 1.2);
    let round = 0;

    async function stopDuringStart(chatter: Chatter): Promise<void> {
      for (; round < STOPS_IN_START;) {
        const number = (round += 1);
        await durationOfStop(chatter);
        const first = chat(chatter, `start ${number}`);
        await delay((spanMs * number) / STOPS_IN_START);
        await stop(chatter);
        const outcome = await first;
        expect(outcome === "answered" || RETRYABLE.has(outcome) ? "sound" : outcome).toBe("sound");
      }
    }
    await Promise.all(chatters.map(stopDuringStart));
    await allAgree(chatters);
  },
  SUITE_TIMEOUT_MS,
);

test(
  `of ${IDLE_ROUNDS} chats with agents that count as idle the moment they are ready none is lost`,
  async () => {
    const chatters = await addChatters("dozer");
    const spanMs = spanOf(await Promise.all(chatters.map(durationOfStart)), 1.2);
    await world.database.asOwner("UPDATE mosaic.user_agent_configs SET idle_timeout_min = 0 WHERE tenant = ANY($1)", [
      chatters.map(({ tenant }) => tenant),
    ]);
    await Promise.all(chatters.map(stop));
    const outcomes: string[] = [];
    let round = 0;

    async function wake(chatter: Chatter): Promise<void> {
      for (; round < IDLE_ROUNDS;) {
        const number = (round += 1);
        outcomes.push(...(await chatUntilAnswered(chatter, `doze ${number}`)).slice(-1));
        await delay((spanMs * number) / IDLE_ROUNDS);
      }
    }
    await Promise.all(chatters.map(wake));
    expect(outcomes).toEqual(Array.from({ length: IDLE_ROUNDS }, () => "answered"));
    for (const chatter of chatters) {
      await waitFor(() => isIn(chatter, "asleep"), { timeoutMs: PATIENCE_MS, what: "it sleeps" });
    }
    await allAgree(chatters);
  },
  SUITE_TIMEOUT_MS,
);

test(
  `a burst of ${CHANGES} changes of configuration restarts once, twice at most, and the last one counts`,
  async () => {
    const chatter = await addChatter("burster");
    await chatUntilAnswered(chatter, "hello");
    const before = (await rowOf(chatter))?.generation ?? 0;
    const changes = Array.from({ length: CHANGES }, (_, index) => ({ personality: `Mood ${index}.` }));
    const begunAt = Date.now();
    await Promise.all(changes.map((change) => changeConfig(chatter, change)));
    await waitFor(outboxIsEmpty, { timeoutMs: PATIENCE_MS, everyMs: 20, what: "the outbox is empty" });
    // A machine that stalls in the middle makes two bursts of one.
    const pauses = Math.floor((Date.now() - begunAt) / CONFIG_QUIET_MS);
    const { revision } = await chatter.session.expect(200, "GET", "/api/me/agent-config");
    const isApplied = async (): Promise<boolean> => (await rowOf(chatter))?.fetchedRevision === revision;
    await waitFor(async () => (await isApplied()) && (await isIn(chatter, "ready")), {
      timeoutMs: PATIENCE_MS,
      what: "the newest revision runs",
    });
    const restarts = ((await rowOf(chatter))?.generation ?? 0) - before;
    expect(restarts).toBeGreaterThanOrEqual(1);
    expect(restarts).toBeLessThanOrEqual(2 + pauses);
    const events = await world.api.asTenant(chatter.tenant, (tx) => listEvents(tx, 50));
    expect(events.filter((event) => event.cause === "config_changed")).toHaveLength(restarts);
    expect(await chatUntilAnswered(chatter, "still there?")).toEqual(["answered"]);
  },
  SUITE_TIMEOUT_MS,
);
