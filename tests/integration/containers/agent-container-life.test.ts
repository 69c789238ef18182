// The life of an agent container in skipped time: days of use and of idleness, bursts, crashes, races.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import { live, newWorld, requestsArrived, useSkippedTime, type Life } from "../../support/core/workflow-world.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const HOUR_MS = 3_600_000;
const ADMIN = { by: "an-admin", reason: givenReason("A new image.") };
const environment = useSkippedTime();

async function inHours(hours: number): Promise<number> {
  return (await environment.currentTimeMs()) + hours * HOUR_MS;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  await waitFor(condition, { timeoutMs: 120_000, everyMs: 20, what });
}

/** Lets time pass until the present run has ended. */
async function ended({ handle }: Life): Promise<void> {
  await handle.result();
}

test("a chat starts it, three idle days later it stops, and nothing stays open", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(72);
  await live(environment, world, async (life) => {
    expect(await life.ensureRunning()).toEqual({ generation: 1 });
    await ended(life);
    expect(world.stops.map((stop) => stop.mode)).toEqual(["idle"]);
    expect(await environment.currentTimeMs()).toBeGreaterThanOrEqual(world.sleepsAtMs ?? 0);
    expect(world.looks).toBeGreaterThan(1);
  });
});

test("an always-on container has no idle timer", async () => {
  const world = newWorld();
  await live(environment, world, async (life) => {
    const thirtyDaysLater = await inHours(30 * 24);
    world.onLook = async (nowMs) => {
      if (nowMs >= thirtyDaysLater) await life.ask("stop", ADMIN);
    };
    await life.ensureRunning();
    await ended(life);
    expect(world.stops.map((stop) => stop.mode)).toEqual(["requested"]);
    expect(world.starts).toHaveLength(1);
    expect(world.looks).toBeGreaterThanOrEqual(30 * 24);
  });
});

test("further requests while it runs start nothing", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  await live(environment, world, async (life) => {
    const answers = await Promise.all([life.ensureRunning(), life.ensureRunning(), life.ensureRunning()]);
    expect(answers).toEqual([{ generation: 1 }, { generation: 1 }, { generation: 1 }]);
    await ended(life);
    expect(world.starts).toHaveLength(1);
  });
});

test("use at the last moment defeats the idle stop", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  world.stillIdle = false;
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    const later = await inHours(5);
    world.duringStop = async () => {
      world.sleepsAtMs = later;
      world.duringStop = async () => void (world.stillIdle = true);
    };
    await ended(life);
    expect(world.starts).toHaveLength(1);
    expect(world.stops).toHaveLength(1);
    expect(await environment.currentTimeMs()).toBeGreaterThanOrEqual(later);
  });
});

test("a request that arrives while it stops is answered by another start in the same run", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    let request: Promise<unknown> = Promise.resolve();
    world.duringStop = async () => {
      world.duringStop = async () => undefined;
      world.sleepsAtMs = await inHours(1);
      request = life.ensureRunning();
      await requestsArrived(life, 2);
    };
    await ended(life);
    expect(await request).toEqual({ generation: 2 });
    expect(world.stops).toHaveLength(2);
  });
});

test("a burst of fifty configuration changes restarts it once", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    world.revision = 51;
    await Promise.all(Array.from({ length: 50 }, (_, index) => life.signal("configChanged", { revision: index + 2 })));
    await ended(life);
    expect(world.stops.map((stop) => stop.mode)).toEqual(["config", "idle"]);
    expect(world.starts).toHaveLength(2);
  });
});

test("a change without effect restarts nothing, and counts as applied", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  world.configChanges = false;
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    world.revision = 2;
    await life.signal("configChanged", { revision: 2 });
    await until(() => world.configLooks === 1, "the change is looked at");
    await ended(life);
    expect(world.starts).toHaveLength(1);
    expect(world.configLooks).toBe(1);
  });
});

test("a configuration that cannot be read leaves what runs alone, until it idles", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  world.configIsReadable = false;
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    world.revision = 2;
    await life.signal("configChanged", { revision: 2 });
    await ended(life);
    expect(world.configLooks).toBe(1);
    expect(world.stops.map((stop) => stop.mode)).toEqual(["idle"]);
  });
});

test("a revision that the container fetched already changes nothing", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  world.revision = 7;
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    await life.signal("configChanged", { revision: 7 });
    await ended(life);
    expect(world.configLooks).toBe(0);
  });
});

test("a crash is repaired, and news about the container before it is ignored", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    const exited = { kind: "exited", exitCode: 137 } as const;
    await life.signal("engineObserved", { ...exited, engineContainerId: "engine-1" });
    await until(() => world.starts.length === 2, "it is started again");
    await life.signal("engineObserved", { ...exited, engineContainerId: "engine-1" });
    await ended(life);
    expect(world.failures).toEqual([{ cause: "crashed", givesUp: false }]);
    expect(world.reasons).toEqual([{ code: "exited", values: { exitCode: 1 } }]);
    expect(world.starts).toHaveLength(2);
  });
});

test("a loss that an activity of release 0.1.0 told in words keeps them", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  world.loss = JSON.parse('{"cause":"crashed","reason":"It ended with exit code 1."}');
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    await life.signal("engineObserved", { kind: "exited", exitCode: 1, engineContainerId: "engine-1" });
    await ended(life);
    expect(world.reasons).toEqual([{ code: "other", values: { text: "It ended with exit code 1." } }]);
  });
});

test("after five failures in a row it gives up and tells the waiting callers why; the next request tries again", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(1);
  world.failStarts = 5;
  await live(environment, world, async (life) => {
    await expect(life.ensureRunning()).rejects.toMatchObject({
      cause: {
        type: "CONTAINER_FAILED",
        message: expect.stringContaining("exit code 78"),
        details: [{ code: "config_refused", values: {} }],
      },
    });
    await ended(life);
    expect(world.failures.map((failure) => failure.givesUp)).toEqual([false, false, false, false, true]);
    world.sleepsAtMs = await inHours(1);
    expect(await life.ensureRunning()).toEqual({ generation: 6 });
    // Time stands still for the tests that follow while a look of a run that nobody serves is outstanding.
    await ended(life);
  });
});

test("people restart and stop it, with who and why", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(100);
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    await life.ask("restart", ADMIN);
    await until(() => world.starts.length === 2, "it is started again");
    await life.ask("stop", ADMIN);
    await ended(life);
    expect(world.stops.map(({ mode, actor }) => [mode, actor])).toEqual([
      ["restart", ADMIN],
      ["requested", ADMIN],
    ]);
  });
});

test("retire removes it for good, also out of a running state", async () => {
  const world = newWorld();
  world.sleepsAtMs = await inHours(100);
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    await life.ask("retire", ADMIN);
    await ended(life);
    expect(world.retired).toBe(1);
  });
});
