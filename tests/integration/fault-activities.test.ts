// The worker dies after each effect of each activity of the container workflow, and before each report: real Postgres,
// real Temporal, real engine. Whatever it had done is done once.
import Docker from "dockerode";
import type { AgentContainerActivities } from "../../activities/agent-container.ts";
import type { AgentContainerClient } from "../../adapters/agent-container-client.ts";
import { createDockerRuntime } from "../../adapters/docker-runtime.ts";
import { ENGINE_LABELS, engineName, GATEWAY_PORT, type ContainerPhase } from "../../contracts/agent-container.ts";
import type { Tenant } from "../../contracts/tenant.ts";
import { fetchAgentBundle } from "../../api/agent-fetch.ts";
import { touchAgentConfig, updateAgentConfig } from "../../db/repositories/agent-configs.ts";
import { listEvents } from "../../db/repositories/container-events.ts";
import { findContainer, readLastLogLines } from "../../db/repositories/containers.ts";
import { tokensOf } from "../support/container-tokens.ts";
import { createContainerWorld, type ContainerWorld } from "../support/container-world.ts";
import { addressOf, containersOf, forceRemoveContainer, logOf, removeInstallation, volumesOf } from "../support/engine.ts";
import { createMortalActivities, type MortalActivities } from "../support/mortal-activities.ts";
import { addPerson } from "../support/people.ts";
import { makeTinyImage, type TinyImage } from "../support/tiny-image.ts";
import { waitFor } from "../support/wait-for.ts";

const PATIENCE_MS = 120_000;
const IDLE_MS = 40 * 60_000;
const ADMIN = { by: "an-admin", reason: "A test." };
const CRASH_CODE = 3;
const LAST_WORDS = `told to exit with ${CRASH_CODE}`;

/** How an activity comes to run, and what is true when it has run, however often its process died. */
interface Story {
  readonly what: string;
  /** Before the deaths begin; by default the container is brought up. */
  readonly before?: (tenant: Tenant) => Promise<unknown>;
  readonly act: (tenant: Tenant) => Promise<unknown>;
  readonly atDeath?: (tenant: Tenant, place: string) => Promise<unknown>;
  readonly becomes: {
    readonly phase: ContainerPhase | null;
    readonly generation: number;
    readonly timeline: readonly string[];
  };
  /** Beside one container when it is ready, none otherwise. Default 1. */
  readonly volumes?: 0 | 1;
}

let world: ContainerWorld;
let image: TinyImage;
let mortal: MortalActivities;
/** What is not ours, and in the way. */
const foreign = new Set<string>();

beforeAll(async () => {
  world = await createContainerWorld();
  image = await makeTinyImage("fault-activities");
  const runtime = createDockerRuntime({ installation: world.installation, dockerHost: null, host: "local" });
  await runtime.ensureNetwork(null);
  mortal = createMortalActivities(world.deps(runtime, image.tag));
  await world.work(mortal.activities);
}, 240_000);

afterAll(async () => {
  await world.end();
  for (const id of foreign) await forceRemoveContainer(id);
  await removeInstallation(world.installation);
  await image.remove();
}, 120_000);

beforeEach(async () => await world.database.setClockOffset(0));

async function bringUp(tenant: Tenant): Promise<void> {
  await world.containers.ensureRunning(tenant);
  await reaches(tenant, "ready");
}
const passIdleTime = (): Promise<void> => world.database.setClockOffset(IDLE_MS);
/** A revision without effect ends the pause between two looks. */
const lookAgain = (tenant: Tenant): Promise<unknown> => world.containers.configChanged(tenant, 1);
const tell: AgentContainerClient["engineObserved"] = (tenant, news) => world.containers.engineObserved(tenant, news);
const rowOf = (tenant: Tenant) => world.api.asTenant(tenant, (tx) => findContainer(tx));

const until = (what: string, probe: () => Promise<boolean> | boolean | undefined): Promise<true> =>
  waitFor(probe, { timeoutMs: PATIENCE_MS, what });

const reaches = (tenant: Tenant, phase: ContainerPhase | null): Promise<true> =>
  until(`the row says ${phase}`, async () => ((await rowOf(tenant))?.phase ?? null) === phase);

/** The workflow has come to rest where the row says it is. */
async function settles(tenant: Tenant, phase: ContainerPhase | null): Promise<void> {
  const isOpen = phase === "ready";
  const what = isOpen ? "the workflow is open" : "the workflow has ended";
  await until(what, async () => (await world.containers.isOpen(tenant)) === isOpen);
  await reaches(tenant, phase);
}

async function timelineOf(tenant: Tenant): Promise<string[]> {
  return (await world.api.asTenant(tenant, (tx) => listEvents(tx, 50))).toReversed().map((event) => event.cause);
}

async function containerOf(tenant: Tenant): Promise<string> {
  const [found] = await containersOf(`${ENGINE_LABELS.tenant}=${tenant}`);
  if (found === undefined) throw new Error(`${tenant} has no container`);
  return found.Id;
}

/** What a container does that starts: fetch its configuration with its token. */
async function fetchConfig(tenant: Tenant): Promise<void> {
  const row = await rowOf(tenant);
  if (row === null) throw new Error(`${tenant} has no row`);
  await fetchAgentBundle(world.api, { kind: "container", id: row.id, tenant, generation: row.generation });
}

async function bringUpAndFetch(tenant: Tenant): Promise<void> {
  await bringUp(tenant);
  await fetchConfig(tenant);
}

async function changePersonality(tenant: Tenant): Promise<void> {
  const { revision } = await world.api.asTenant(tenant, (tx) => updateAgentConfig(tx, { personality: "Dry." }));
  await world.containers.configChanged(tenant, revision);
}

async function removeFromOutside(tenant: Tenant): Promise<void> {
  const id = await containerOf(tenant);
  await forceRemoveContainer(id);
  await tell(tenant, { engineContainerId: id, kind: "removed", exitCode: null });
}

/** Somebody else's container has the name. The pause before the fifth attempt is the longest. */
async function failFourTimes(tenant: Tenant): Promise<void> {
  const inTheWay = await new Docker().createContainer({ name: engineName(tenant), Image: image.tag });
  foreign.add(inTheWay.id);
  await world.containers.ensureRunning(tenant);
  const failures = async () => (await timelineOf(tenant)).filter((cause) => cause === "start_failed");
  await until("it failed four times", async () => (await failures()).length === 4);
}

async function crash(tenant: Tenant): Promise<void> {
  const id = await containerOf(tenant);
  await fetch(`http://${await addressOf(id)}:${GATEWAY_PORT}/exit/${CRASH_CODE}`).catch(() => undefined);
  await until("its last words are logged", async () => (await logOf(id))?.includes(LAST_WORDS) ?? true);
  await tell(tenant, { engineContainerId: id, kind: "exited", exitCode: CRASH_CODE });
}

const STORIES: Readonly<Record<keyof AgentContainerActivities, readonly Story[]>> = {
  startContainer: [
    {
      what: "a first start",
      before: async () => undefined,
      act: (tenant) => world.containers.ensureRunning(tenant),
      becomes: { phase: "ready", generation: 1, timeline: ["chat", "started"] },
    },
    {
      what: "a start after a failure",
      act: crash,
      becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "crashed", "started"] },
    },
  ],
  superviseContainer: [
    {
      what: "a look that finds it idle",
      before: async () => undefined,
      act: (tenant) => world.containers.ensureRunning(tenant),
      atDeath: passIdleTime,
      becomes: { phase: "asleep", generation: 1, timeline: ["chat", "started", "idle"] },
    },
  ],
  stopContainer: [
    {
      what: "an idle stop",
      before: bringUpAndFetch,
      act: async (tenant) => {
        await passIdleTime();
        await lookAgain(tenant);
      },
      becomes: { phase: "asleep", generation: 1, timeline: ["chat", "started", "idle"] },
    },
    {
      what: "a stop by people",
      act: (tenant) => world.containers.stop(tenant, ADMIN),
      becomes: { phase: "asleep", generation: 1, timeline: ["chat", "started", "stop_requested"] },
    },
    {
      what: "a restart by people",
      act: (tenant) => world.containers.restart(tenant, ADMIN),
      becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "restart_requested", "started"] },
    },
    {
      what: "a restart for a new configuration",
      before: bringUpAndFetch,
      act: changePersonality,
      becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "config_changed", "started"] },
    },
  ],
  noteFailure: [
    {
      what: "a crash",
      act: crash,
      atDeath: async (tenant, place) => {
        if (place !== "report") return;
        const lines = await world.api.asTenant(tenant, (tx) => readLastLogLines(tx));
        expect(lines).toContain(LAST_WORDS);
      },
      becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "crashed", "started"] },
    },
    {
      what: "a container that no longer answers",
      act: async (tenant) => tell(tenant, { engineContainerId: await containerOf(tenant), kind: "unhealthy", exitCode: null }),
      becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "unhealthy", "started"] },
    },
    {
      what: "a removal from outside",
      act: removeFromOutside,
      becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "removed_outside", "started"] },
    },
    {
      what: "the last of five failures",
      before: failFourTimes,
      act: async () => undefined,
      becomes: {
        phase: "failed",
        generation: 5,
        timeline: ["chat", ...Array.from({ length: 5 }, () => "start_failed"), "gave_up"],
      },
    },
  ],
  configEffect: [
    {
      what: "a change with an effect",
      before: bringUpAndFetch,
      act: async (tenant) => {
        await changePersonality(tenant);
        await until("it restarts", async () => (await rowOf(tenant))?.generation === 2);
      },
      becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "config_changed", "started"] },
    },
    {
      what: "a change without effect",
      before: bringUpAndFetch,
      act: async (tenant) => {
        const revision = await world.api.asTenant(tenant, (tx) => touchAgentConfig(tx));
        await world.containers.configChanged(tenant, revision);
        await until("the revision counts as fetched", async () => (await rowOf(tenant))?.fetchedRevision === revision);
      },
      becomes: { phase: "ready", generation: 1, timeline: ["chat", "started"] },
    },
  ],
  retireContainer: [
    {
      what: "a removal for good",
      act: (tenant) => world.containers.retire(tenant, { ...ADMIN, generation: 1 }),
      becomes: { phase: null, generation: 0, timeline: [] },
      volumes: 0,
    },
  ],
};

test("every activity has a story", () => {
  expect(Object.keys(STORIES).toSorted()).toEqual(Object.keys(mortal.activities).toSorted());
});

type Activity = keyof AgentContainerActivities;
const isActivity = (name: string): name is Activity => name in STORIES;
const TABLE = Object.keys(STORIES)
  .filter(isActivity)
  .flatMap((name) => STORIES[name].map((story) => [name, story.what, story] as const));

// The title takes the first two of each entry.
test.each(TABLE)(
  "%s dies after each effect of %s, and what it does is done once",
  async (name, _what, { before = bringUp, act, atDeath, becomes, volumes = 1 }) => {
    const { tenant } = await addPerson(world.api);
    await before(tenant);
    mortal.doom({ activity: name, tenant, atDeath: async (place) => void (await atDeath?.(tenant, place)) });
    await act(tenant);
    await until(`${name} lives on`, () => mortal.deaths.at(-1)?.endsWith("report"));
    await settles(tenant, becomes.phase);
    await world.database.setClockOffset(0);
    expect(mortal.problems).toEqual([]);
    expect(mortal.deaths.length).toBeGreaterThan(1);
    expect(await truthOf(tenant)).toEqual({
      phase: becomes.phase,
      generation: becomes.generation,
      timeline: becomes.timeline,
      containers: becomes.phase === "ready" ? ["running"] : [],
      volumes: volumes === 1 ? [engineName(tenant)] : [],
      tokens: becomes.phase === "ready" ? "valid" : "void",
    });
  },
  480_000,
);

async function truthOf(tenant: Tenant) {
  const label = `${ENGINE_LABELS.tenant}=${tenant}`;
  const row = await rowOf(tenant);
  return {
    phase: row?.phase ?? null,
    generation: row?.generation ?? 0,
    timeline: await timelineOf(tenant),
    containers: (await containersOf(label)).map((container) => container.State),
    volumes: await volumesOf(label),
    tokens: await tokensOf(world.api, tenant),
  };
}
