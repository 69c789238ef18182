// Wishes that meet the end of a container: none is lost, and of contrary ones the last counts. In skipped time.
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { live, newWorld, requestsArrived, timeSkippingEnvironment, type Life, type World } from "../support/workflow-world.ts";
import { waitFor } from "../support/wait-for.ts";

const HOUR_MS = 3_600_000;
const ADMIN = { by: "an-admin", reason: "A new image." };
let environment: TestWorkflowEnvironment;

beforeAll(async () => {
  environment = await timeSkippingEnvironment();
}, 240_000);
afterAll(async () => await environment.teardown());

async function inHours(hours: number): Promise<number> {
  return (await environment.currentTimeMs()) + hours * HOUR_MS;
}

describe("while it is being given up", () => {
  /** `wish` is made while the last of five failures is noted, which takes as long as the engine is away. */
  async function giveUpDuring(wish: (life: Life) => Promise<unknown>): Promise<World> {
    const world = newWorld();
    world.sleepsAtMs = await inHours(1);
    world.failStarts = 5;
    await live(environment, world, async (life) => {
      const outcome = life.ensureRunning().catch((error: unknown) => error);
      world.duringFailure = async (givesUp) => {
        if (!givesUp) return;
        expect(await outcome).toMatchObject({ cause: { type: "CONTAINER_FAILED" } });
        world.sleepsAtMs = await inHours(1);
        await wish(life);
      };
      await waitFor(() => world.starts.length > 0, { timeoutMs: 120_000, what: "the run exists" });
      await life.handle.result();
    });
    return world;
  }

  test("a restart that people ask for is another start", async () => {
    const { starts, stops } = await giveUpDuring((life) => life.signal("restart", ADMIN));
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

/** What is wished after a container's end was asked for, while it still runs, is meant for the time after. */
test.each([
  ["stop", ["requested", "idle"]],
  ["restart", ["restart", "idle"]],
] as const)("a request that comes after a %s was asked for is answered by the next start", async (end, modes) => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    Object.assign(world, { configChanges: false, revision: 2 });
    let request: Promise<unknown> = Promise.resolve();
    world.duringConfigLook = async () => {
      await life.signal(end, ADMIN);
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
      for (const name of asked) await life.signal(name, ADMIN);
    };
    await life.signal("configChanged", { revision: 2 });
    await life.handle.result();
    expect(world.starts).toHaveLength(starts);
  });
});

test("a removal that means an earlier life leaves what runs alone, and it goes on being watched", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  world.isOfLaterLife = true;
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    await life.signal("retire", { ...ADMIN, generation: 0 });
    await life.handle.result();
    expect(world.retired).toBe(0);
    expect(world.starts).toHaveLength(1);
    expect(world.stops.map((stop) => stop.mode)).toEqual(["idle"]);
  });
});
