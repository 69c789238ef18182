// What goes on, and what waits, while Temporal or Postgres cannot be reached; and that nothing is lost by it.
import { setInterval } from "node:timers/promises";
import pg from "pg";
import { startTalking } from "../../support/containers/agent-moments.ts";
import { containersOf, killContainer } from "../../support/containers/engine.ts";
import { ApiSession, type Answer } from "../../support/core/api-session.ts";
import { startProxiedStack, type ProxiedStack } from "../../support/core/proxied-stack.ts";
import { sized } from "../../support/core/run-size.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { addPerson, demoUser, factsOf, type Person } from "../../support/people/demo-people.ts";

/** Longer than every wait for Temporal: 45 s until the worker gives up a silent connection, 30 s between two deliveries. */
const OUTAGE_MS = sized(60_000);
const CASE_TIMEOUT_MS = sized(1_200_000);
const CONVERGED_WITHIN_MS = 300_000;

let proxied: ProxiedStack;
let owner: pg.Client;
let demo: Person;

beforeAll(async () => {
  proxied = await startProxiedStack();
  owner = new pg.Client({ connectionString: proxied.ownerUrl });
  await owner.connect();
  demo = await demoUser(proxied.stack);
}, 900_000);

afterAll(async () => {
  await owner?.end();
  await proxied?.remove();
}, 300_000);

async function isAnswered({ say }: Person): Promise<void> {
  expect(await say("Are you there?").end).toMatchObject({ kind: "answered" });
}

async function containerOf({ tenant }: Person): Promise<string> {
  const [container] = await containersOf(`mosaic.tenant=${tenant}`);
  return container?.Id ?? "";
}

const processes = (): Promise<unknown> => factsOf(proxied.stack, "processes.json");

const converges = (what: string, probe: () => Promise<boolean>) =>
  waitFor(probe, { timeoutMs: CONVERGED_WITHIN_MS, everyMs: 500, what });

async function nothingWaits(): Promise<boolean> {
  const { rows } = await owner.query("SELECT count(*)::int AS count FROM mosaic.outbox WHERE sent_at IS NULL");
  return rows[0].count === 0;
}

interface Sample {
  readonly what: string;
  readonly outcome: string;
  readonly ms: number;
}

interface Trickle {
  readonly what: keyof typeof WANTED;
  readonly everyMs: number;
  /** What comes out, in a word. */
  readonly run: () => Promise<string>;
}

async function timed(what: string, run: () => Promise<string>): Promise<Sample> {
  const startedAt = performance.now();
  const outcome = await run().catch(String);
  return { what, outcome, ms: Math.round(performance.now() - startedAt) };
}

/** What shall come of each thing: at its third attempt at the latest, for a machine may stall. */
const WANTED = { chat: "answered", "sign-in": "fine", settings: "fine", state: "fine", readiness: "ok" } as const;

/** Asks one thing after the other, at an even pace, until the time is over. */
async function trickle({ what, everyMs, run }: Trickle, signal: AbortSignal): Promise<Sample[]> {
  const samples: Sample[] = [];
  const again = (outcome: string): Promise<string> | string => (outcome === WANTED[what] ? outcome : run());
  for await (const _ of setInterval(everyMs)) {
    if (signal.aborted) break;
    samples.push(await timed(what, () => run().then(again).then(again)));
  }
  return samples;
}

function report(samples: readonly Sample[]): void {
  for (const what of new Set(samples.map((sample) => sample.what))) {
    const times = samples.filter((sample) => sample.what === what).map(({ ms }) => ms);
    const sorted = times.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    process.stderr.write(`  ${what}: ${times.length} times, median ${median} ms, longest ${sorted.at(-1)} ms\n`);
  }
}

const statusOf = ({ status, json }: Answer): string => (status < 300 ? "fine" : `${status} ${json?.error?.code}`);

describe("Temporal cannot be reached", () => {
  /** Nobody is kept waiting for the end of the outage. */
  const limitMs = 45_000;
  let sleeper: Person;
  let unlucky: Person;

  beforeAll(async () => {
    sleeper = await addPerson(proxied.stack, demo, "sleeper");
    unlucky = await addPerson(proxied.stack, demo, "unlucky");
    await Promise.all([isAnswered(demo), isAnswered(unlucky)]);
  }, 1_200_000);

  test(
    "chats, sign-in, settings and configuration keep working; requests that need a workflow are kept and done afterwards",
    async () => {
      const before = await demo.agent();
      proxied.temporal.hold();
      const outage = AbortSignal.timeout(OUTAGE_MS);
      const going = Promise.all([
        trickle({ what: "chat", everyMs: 1_000, run: async () => (await demo.say("Hello").end).kind }, outage),
        trickle(
          {
            what: "sign-in",
            everyMs: 5_000,
            run: async () => statusOf(await new ApiSession(proxied.stack.url).signIn(demo.name, demo.password)),
          },
          outage,
        ),
        trickle(
          {
            what: "settings",
            everyMs: 3_000,
            run: async () =>
              statusOf(await demo.session.call("PATCH", "/api/me/agent-config", { personality: `At ${performance.now()}` })),
          },
          outage,
        ),
        trickle(
          { what: "state", everyMs: 1_000, run: async () => statusOf(await demo.session.call("GET", "/api/me/agent")) },
          outage,
        ),
        trickle(
          {
            what: "readiness",
            everyMs: 5_000,
            run: async () => (await demo.session.call("GET", "/readyz")).json.parts.postgres.status,
          },
          outage,
        ),
      ]);

      await demo.session.expect(202, "POST", "/api/me/agent/restart", { reason: "This has to happen afterwards." });
      const refused = await timed("a chat that has to wait", async () => {
        const end = await sleeper.say("Good morning").end;
        // By an event of the stream, which has opened by the time the wait for Temporal ends.
        expect(end).toMatchObject({ kind: "failed", code: "CONTAINER_STARTING" });
        return end.kind;
      });
      await killContainer(await containerOf(unlucky));

      const samples = [...(await going).flat(), refused];
      report(samples);
      const outcomes = new Set(samples.map(({ what, outcome }) => `${what} ${outcome}`));
      expect([...outcomes].toSorted()).toEqual([
        "a chat that has to wait failed",
        "chat answered",
        "readiness ok",
        "settings fine",
        "sign-in fine",
        "state fine",
      ]);
      expect(samples.filter(({ ms }) => ms > limitMs)).toEqual([]);
      expect((await demo.agent()).generation).toBe(before.generation);

      await proxied.temporal.heal();
      const healedAt = performance.now();
      await converges("the start that the chat requested is done", async () => (await sleeper.agent()).phase === "ready");
      await converges("the lost container is made again", async () => (await unlucky.agent()).phase === "ready");
      await converges("it is restarted with the newest configuration", async () => {
        const { phase, generation, appliedRevision, configRevision } = await demo.agent();
        return phase === "ready" && generation > before.generation && appliedRevision === configRevision;
      });
      await converges("nothing is left to deliver", nothingWaits);
      process.stderr.write(`  all of it happened ${Math.round(performance.now() - healedAt)} ms after Temporal was back\n`);
      for (const person of [demo, sleeper, unlucky]) await isAnswered(person);
    },
    CASE_TIMEOUT_MS,
  );
});

describe("Postgres cannot be reached", () => {
  /** A multiple of an api statement's own deadline: without one nobody would ever be answered. */
  const silenceLimitMs = 60_000;

  const listeners = async (): Promise<string> => {
    const { rows } = await owner.query(
      `SELECT DISTINCT usename::text AS name FROM pg_stat_activity
        WHERE usename LIKE '%_login' AND application_name = '' ORDER BY name`,
    );
    return rows.map(({ name }) => name).join();
  };

  const requests = (): Promise<Sample[]> =>
    Promise.all([
      timed("session", async () => refusalOf(await demo.session.call("GET", "/api/session"))),
      timed("sign-in", async () => refusalOf(await new ApiSession(proxied.stack.url).signIn(demo.name, demo.password))),
      timed("settings", async () =>
        refusalOf(await demo.session.call("PATCH", "/api/me/agent-config", { personality: "Never said." })),
      ),
      timed("chat", async () => {
        const end = await demo.say("Hello").end;
        return end.kind === "failed" ? `${end.status} ${end.code} ${Number(end.retryAfter) > 0}` : end.kind;
      }),
    ]);

  const refusalOf = ({ status, json, headers }: Answer): string =>
    `${status} ${json?.error?.code} ${Number(headers.get("retry-after")) > 0}`;
  const REFUSED = "503 DATABASE_UNAVAILABLE true";

  test("every request is refused at once and says so, an answer under way goes on, and nothing acknowledged is lost", async () => {
    const [before, listening] = [await processes(), await listeners()];
    expect(listening).not.toBe("");
    const turn = await startTalking(demo, 100);
    const acknowledged: string[] = [];
    let isCut = false;
    const writing = (async () => {
      for (let count = 0; ; count += 1) {
        const name = `key-${count}`;
        const { status } = await demo.session.call("POST", "/api/me/keys", { name, scopes: ["chat:send"] });
        if (status === 201) acknowledged.push(name);
        else if (isCut || status !== 503) return status;
      }
    })();
    await waitFor(() => acknowledged.length > 5, { timeoutMs: CONVERGED_WITHIN_MS, everyMs: 5, what: "some keys are made" });
    isCut = true;
    await proxied.postgres.cut();
    expect(await writing).toBe(503);

    const samples = await requests();
    report(samples);
    expect(samples.map(({ outcome }) => outcome)).toEqual(samples.map(() => REFUSED));
    expect((await demo.session.call("GET", "/readyz")).status).toBe(503);
    expect((await demo.session.call("GET", "/healthz")).status).toBe(200);
    expect(await turn.end).toMatchObject({ kind: "answered" });

    await proxied.postgres.heal();
    await converges("requests are answered again", async () => (await demo.session.call("GET", "/api/session")).status === 200);
    const { keys } = await demo.session.expect(200, "GET", "/api/me/keys");
    expect(keys.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(acknowledged));
    await isAnswered(demo);
    await converges("every listener is back", async () => (await listeners()) === listening);
    expect(await processes()).toEqual(before);
  }, 1_200_000);

  test("a network that swallows everything is noticed, and what fell silent is replaced", async () => {
    const before = await processes();
    await requests();
    proxied.postgres.hold();
    const samples = await requests();
    report(samples);
    expect(samples.map(({ outcome }) => outcome)).toEqual(samples.map(() => REFUSED));
    expect(samples.filter(({ ms }) => ms > silenceLimitMs)).toEqual([]);
    await proxied.postgres.heal();
    await converges("requests are answered again", async () => (await demo.session.call("GET", "/api/session")).status === 200);
    // Progress of a start is told by notifications alone.
    await demo.session.expect(202, "POST", "/api/me/agent/stop", { reason: "The next chat shall be a start." });
    await converges("it sleeps", async () => (await demo.agent()).phase === "asleep");
    const turn = demo.say("Good morning");
    expect(await turn.end).toMatchObject({ kind: "answered" });
    expect(turn.events.some(({ data }) => data.includes('"phase":"booting"'))).toBe(true);
    await converges("nothing is left to deliver", nothingWaits);
    expect(await processes()).toEqual(before);
  }, 1_200_000);
});
