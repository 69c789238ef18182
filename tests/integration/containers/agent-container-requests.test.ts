// Requests during the end of a container: none is lost, and the last of contradictory ones wins. In skipped time.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import { randomUUID } from "node:crypto";
import {
  live,
  messagesChecked,
  newWorld,
  requestsArrived,
  useSkippedTime,
  type Life,
  type World,
} from "../../support/core/workflow-world.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const HOUR_MS = 3_600_000;
const ADMIN = { by: "an-admin", reason: givenReason("A new image.") };
const environment = useSkippedTime();

async function inHours(hours: number): Promise<number> {
  return (await environment.currentTimeMs()) + hours * HOUR_MS;
}

describe("while it is being given up", () => {
  /** `request` is made while the last of five failures is noted, which takes as long as the engine is away. */
  async function giveUpDuring(request: (life: Life) => Promise<unknown>): Promise<World> {
    const world = newWorld();
    world.sleepsAtMs = await inHours(1);
    world.failStarts = 5;
    await live(environment, world, async (life) => {
      const outcome = life.ensureRunning().catch((error: unknown) => error);
      world.duringFailure = async (givesUp) => {
        if (!givesUp) return;
        expect(await outcome).toMatchObject({ cause: { type: "CONTAINER_FAILED" } });
        world.sleepsAtMs = await inHours(1);
        await request(life);
      };
      await waitFor(() => world.starts.length > 0, { timeoutMs: 120_000, what: "the run exists" });
      await life.handle.result();
    });
    return world;
  }

  test("a restart that people ask for is another start", async () => {
    const { starts, stops } = await giveUpDuring((life) => life.ask("restart", ADMIN));
    expect(starts).toHaveLength(6);
    expect(stops.map((stop) => stop.mode)).toEqual(["idle"]);
  });

  test("a request is answered by another start", async () => {
    let answered: Promise<unknown> = Promise.resolve();
    await giveUpDuring(async (life) => {
      answered = life.ensureRunning();
      await requestsArrived(life, 2);
    });
    expect(await answered).toEqual({ generation: 6 });
  });
});

/** A request that follows the request for a container's end, while it still runs, is for the time after the end. */
test.each([
  ["stop", ["requested", "idle"]],
  ["restart", ["restart", "idle"]],
] as const)("a request after the request for a %s is answered by the next start", async (end, modes) => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    Object.assign(world, { configChanges: false, revision: 2 });
    let request: Promise<unknown> = Promise.resolve();
    world.duringConfigLook = async () => {
      await life.ask(end, ADMIN);
      request = life.ensureRunning();
      await requestsArrived(life, 2);
    };
    await life.signal("configChanged", { revision: 2 });
    await life.handle.result();
    expect(await request).toEqual({ generation: 2 });
    expect(world.stops.map((stop) => stop.mode)).toEqual(modes);
  });
});

test.each([
  [["stop", "restart"], 2],
  [["restart", "stop"], 1],
] as const)("of %j the last one counts", async (asked, starts) => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    Object.assign(world, { configChanges: false, revision: 2 });
    world.duringConfigLook = async () => {
      for (const name of asked) await life.ask(name, ADMIN);
    };
    // Both have to arrive before the first is done: a restart that is done has already begun its start.
    world.duringStop = () => messagesChecked(life, asked.length);
    await life.signal("configChanged", { revision: 2 });
    await life.handle.result();
    expect(world.starts).toHaveLength(starts);
  });
});

describe("delivered once more while it is being done", () => {
  /** As the outbox relay does if it crashed or stalled before it recorded the delivery. */
  async function deliverTwice(kind: "stop" | "restart"): Promise<{ world: World; request: unknown }> {
    const world = newWorld();
    world.sleepsAtMs = await inHours(1);
    let request: Promise<unknown> = Promise.resolve();
    await live(environment, world, async (life) => {
      await life.ensureRunning();
      const intentId = randomUUID();
      world.intents.set(`${kind}/${intentId}`, ADMIN);
      world.duringStop = async () => {
        world.duringStop = async () => undefined;
        request = life.ensureRunning();
        await requestsArrived(life, 2);
        await life.signal(kind, { intentId });
        await waitFor(() => world.admissions === 2, { timeoutMs: 120_000, what: "the second delivery is looked at" });
      };
      await life.signal(kind, { intentId });
      await life.handle.result();
    });
    return { world, request: await request };
  }

  test("a stop does not affect a start that was requested since", async () => {
    const { world, request } = await deliverTwice("stop");
    expect(request).toEqual({ generation: 2 });
    expect(world.stops.map((stop) => stop.mode)).toEqual(["requested", "idle"]);
  });

  test("a restart happens once", async () => {
    const { world, request } = await deliverTwice("restart");
    expect(request).toEqual({ generation: 2 });
    expect(world.stops.map((stop) => stop.mode)).toEqual(["restart", "idle"]);
  });
});

test("a removal of an earlier life does not affect the running container, which is still watched", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  world.isOfLaterLife = true;
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    await life.ask("retire", ADMIN);
    await life.handle.result();
    expect(world.retired).toBe(0);
    expect(world.starts).toHaveLength(1);
    expect(world.stops.map((stop) => stop.mode)).toEqual(["idle"]);
  });
});
