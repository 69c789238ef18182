// An attempt that the server gave up, because its machine was asleep, wakes and goes on: it must not harm what came after.
// Real Postgres, real engine.
import { MockActivityEnvironment } from "@temporalio/testing";
import {
  createAgentContainerActivities,
  type AgentContainerActivities,
  type GatewayProbe,
} from "../../activities/agent-container.ts";
import { createDockerRuntime } from "../../adapters/docker-runtime.ts";
import { engineName } from "../../contracts/agent-container.ts";
import type { ContainerRuntime } from "../../contracts/container-runtime.ts";
import type { Tenant } from "../../contracts/tenant.ts";
import type { Database } from "../../db/database.ts";
import { findContainer } from "../../db/repositories/containers.ts";
import { getInstallationId } from "../../db/repositories/system-config.ts";
import { tokensOf } from "../support/container-tokens.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { removeInstallation } from "../support/engine.ts";
import { addPerson } from "../support/people.ts";
import { makeTinyImage, type TinyImage } from "../support/tiny-image.ts";

const ADMIN = { by: "an-admin", reason: "A test." };
const SUPERSEDED = { message: "Another start was made meanwhile." };
let database: TestDatabase;
let api: Database;
let worker: Database;
let installation: string;
let image: TinyImage;
let runtime: ContainerRuntime;
let tenant: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  [api, worker] = [await database.openAs("api"), await database.openAs("worker")];
  installation = await api.globally(getInstallationId);
  image = await makeTinyImage("agent-container-fencing");
  runtime = createDockerRuntime({ installation, dockerHost: null, host: "local" });
  await runtime.ensureNetwork(null);
}, 240_000);
afterAll(async () => {
  await removeInstallation(installation);
  await image.remove();
  await database.drop();
});
beforeEach(async () => void ({ tenant } = await addPerson(api)));

type Act<T = unknown> = (activities: AgentContainerActivities) => Promise<T>;

interface Sleep {
  readonly before: keyof ContainerRuntime | keyof GatewayProbe;
  readonly while: () => Promise<unknown>;
}

/** Runs as an attempt of its own. While it sleeps before its first call of `before`, everything else happens. */
async function attempt<T>(act: Act<T>, sleeps?: Sleep): Promise<T> {
  const activities = createAgentContainerActivities({
    ...{ db: worker, runtime: sleeping(runtime, sleeps), image: image.tag, internalApiUrl: async () => "http://127.0.0.1:1" },
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
const stop: Act = (activities) => activities.stopContainer({ tenant, mode: "requested", actor: ADMIN, stopId: "older" });
const repair: Act = (activities) =>
  activities.noteFailure({ tenant, startId: "older", cause: "unhealthy", reason: "It hung.", givesUp: false });
const retire: Act<{ retired: boolean }> = (activities) => activities.retireContainer({ tenant, generation: 1 });

async function truth() {
  const row = await worker.asTenant(tenant, (tx) => findContainer(tx));
  const containers = await runtime.findByTenant(tenant);
  return {
    row: row === null ? null : `${row.phase} ${row.generation}`,
    containers: containers.map(({ state, startId }) => `${state} ${startId}`),
    tokens: await tokensOf(api, tenant),
    volume: await runtime.volumeGeneration(tenant, engineName(tenant)),
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
  const stopNewer: Act = (activities) => activities.stopContainer({ tenant, mode: "requested", actor: ADMIN, stopId: "newer" });
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

  test("and a wish that is delivered twice leave the later life alone", async () => {
    await attempt(start("older"));
    await laterLife();
    expect(await attempt(retire)).toEqual({ retired: false });
    expect(await truth()).toEqual(NEWER_LIVES);
  });
});
