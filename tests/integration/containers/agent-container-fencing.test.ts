// An attempt that the server gave up, because its machine was asleep, wakes and goes on: it must not harm what came after.
// Real Postgres, real engine.
import { givenReason, plainReason } from "../../../contracts/containers/container-reasons.ts";
import { MockActivityEnvironment } from "@temporalio/testing";
import {
  createAgentContainerActivities,
  type AgentContainerActivities,
  type GatewayProbe,
} from "../../../activities/containers/agent-container.ts";
import { volumeNameOf } from "../../../contracts/containers/agent-container.ts";
import type { ContainerRuntime } from "../../../contracts/containers/container-runtime.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { getInstallationId } from "../../../db/installation/system-config.ts";
import { intend } from "../../support/containers/container-intents.ts";
import { tokensOf } from "../../support/containers/container-tokens.ts";
import { createTestDatabase } from "../../support/core/database.ts";
import { addPerson } from "../../support/people/people.ts";
import { startTinyEngine } from "../../support/containers/tiny-agents.ts";
import { useWorld } from "../../support/core/use-world.ts";

const ADMIN = { by: "an-admin", reason: givenReason("A test.") };
const SUPERSEDED = { details: [plainReason("superseded")] };
let tenant: Tenant;

const world = useWorld(async (ends) => {
  const database = ends.adopt(await createTestDatabase(), ({ drop }) => drop());
  const [api, worker] = [await database.openAs("api"), await database.openAs("worker")];
  const engine = await startTinyEngine(ends, "agent-container-fencing", await api.globally(getInstallationId));
  return { ...engine, database, api, worker };
});
beforeEach(async () => void ({ tenant } = await addPerson(world.api)));

const intents = new Map<string, string>();

type Act<T = unknown> = (activities: AgentContainerActivities) => Promise<T>;

interface Sleep {
  readonly before: keyof ContainerRuntime | keyof GatewayProbe;
  readonly while: () => Promise<unknown>;
}

/** Runs as an attempt of its own. While it sleeps before its first call of `before`, everything else happens. */
async function attempt<T>(act: Act<T>, sleeps?: Sleep): Promise<T> {
  const activities = createAgentContainerActivities({
    ...{
      db: world.worker,
      runtime: sleeping(world.runtime, sleeps),
      image: world.image.tag,
      internalApiUrl: async () => "http://127.0.0.1:1",
    },
    probe: sleeping({ isReady: async () => true, isAlive: async () => true }, sleeps),
    limits: { memoryBytes: 256 * 1024 ** 2, cpus: 0.5, pidsLimit: 64 },
  });
  return await new MockActivityEnvironment().run(() => act(activities));
}

function sleeping<T extends object>(awake: T, sleeps: Sleep | undefined): T {
  let pending = sleeps;
  return new Proxy(awake, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...inputs: unknown[]): Promise<unknown> => {
        if (name === pending?.before) {
          const { while: everythingElse } = pending;
          pending = undefined;
          await everythingElse();
        }
        return Reflect.apply(member, target, inputs);
      };
    },
  });
}

const start =
  (startId: string): Act =>
  (activities) =>
    activities.startContainer({ tenant, alwaysOn: false, startId });
/** Each ends the start "older". */
const stopOf =
  (stopId: string): Act =>
  async (activities) => {
    const intentId = await onRecord("stop", stopId);
    return await activities.stopContainer({ tenant, mode: "requested", actor: ADMIN, stopId, intentId });
  };
const stop = stopOf("older");
const repair: Act = (activities) =>
  activities.noteFailure({ tenant, startId: "older", cause: "unhealthy", reason: plainReason("silent"), givesUp: false });
const retire: Act<{ retired: boolean }> = async (activities) =>
  activities.retireContainer({ tenant, intentId: await onRecord("retire", "older") });

/** Asked for once, however often it is attempted. */
async function onRecord(kind: "stop" | "retire", name: string): Promise<string> {
  const key = `${tenant}/${kind}/${name}`;
  const intentId = intents.get(key) ?? (await intend(world.api, tenant, { kind, ...ADMIN }));
  intents.set(key, intentId);
  return intentId;
}

async function truth() {
  const row = await world.worker.asTenant(tenant, (tx) => findContainer(tx));
  const containers = await world.runtime.findByTenant(tenant);
  return {
    row: row === null ? null : `${row.phase} ${row.generation}`,
    containers: containers.map(({ state, startId }) => `${state} ${startId}`),
    tokens: await tokensOf(world.api, tenant),
    volume: await world.runtime.volumeGeneration(tenant, volumeNameOf(tenant)),
  };
}
const NEWER_RUNS = { row: "ready 2", containers: ["running newer"], tokens: "valid", volume: 1 };

describe.each([
  ["stop", stop],
  ["repair", repair],
] as const)("a stale %s", (_what, act) => {
  const succeeded = async (): Promise<void> => {
    await attempt(act);
    await attempt(start("newer"));
  };

  test("that sleeps before its effect leaves the next start alone", async () => {
    await attempt(start("older"));
    await attempt(act, { before: "stopAndRemove", while: succeeded });
    expect(await truth()).toEqual(NEWER_RUNS);
  });

  test("that sleeps before it begins leaves the next start alone", async () => {
    await attempt(start("older"));
    await succeeded();
    await attempt(act);
    expect(await truth()).toEqual(NEWER_RUNS);
  });
});

describe("a stale start", () => {
  test("that sleeps before its effect leaves the next one alone", async () => {
    const stale = attempt(start("older"), { before: "start", while: () => attempt(start("newer")) });
    await expect(stale).rejects.toMatchObject(SUPERSEDED);
    expect(await truth()).toEqual(NEWER_RUNS);
  });

  test("that sleeps before it begins leaves the next one alone", async () => {
    await attempt(start("older"));
    await attempt(stop);
    await attempt(start("newer"));
    await expect(attempt(start("older"))).rejects.toMatchObject(SUPERSEDED);
    expect(await truth()).toEqual(NEWER_RUNS);
  });

  test("of a container that was put to sleep meanwhile leaves none behind", async () => {
    const stale = attempt(start("older"), { before: "start", while: () => attempt(stop) });
    await expect(stale).rejects.toMatchObject(SUPERSEDED);
    expect(await truth()).toEqual({ row: "asleep 1", containers: [], tokens: "void", volume: 1 });
  });

  test("that is ready too late does not say so", async () => {
    const stale = attempt(start("older"), { before: "isReady", while: () => attempt(start("newer")) });
    await expect(stale).rejects.toMatchObject(SUPERSEDED);
    expect(await truth()).toEqual(NEWER_RUNS);
  });
});

describe("a stale removal for good", () => {
  const laterLife = async (): Promise<void> => {
    await attempt(retire);
    await attempt(start("newer"));
  };
  const stopNewer = stopOf("newer");
  const NEWER_LIVES = { ...NEWER_RUNS, volume: 2 };

  test.each(["stopAndRemove", "removeVolume"] as const)("that sleeps before %s leaves the later life alone", async (before) => {
    await attempt(start("older"));
    await attempt(retire, { before, while: laterLife });
    expect(await truth()).toEqual(NEWER_LIVES);
  });

  test("leaves the memory of a later life that sleeps", async () => {
    await attempt(start("older"));
    const livedAndFellAsleep = async (): Promise<void> => {
      await laterLife();
      await attempt(stopNewer);
    };
    await attempt(retire, { before: "removeVolume", while: livedAndFellAsleep });
    expect(await truth()).toEqual({ row: "asleep 2", containers: [], tokens: "void", volume: 2 });
  });

  test("and a request that is delivered twice do not affect the later life", async () => {
    await attempt(start("older"));
    await laterLife();
    expect(await attempt(retire)).toEqual({ retired: false });
    expect(await truth()).toEqual(NEWER_LIVES);
  });
});
