// The worker dies after each effect of each activity of the container workflow, and before each report: real Postgres,
// real Temporal, real engine. Whatever it had done is done once.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import Docker from "dockerode";
import type { AgentContainerActivities } from "../../../activities/containers/agent-container.ts";
import type { AgentContainerClient } from "../../../adapters/temporal/agent-container-client.ts";
import { createDockerRuntime } from "../../../adapters/docker/docker-runtime.ts";
import {
  ENGINE_LABELS,
  volumeNameOf,
  GATEWAY_PORT,
  type ContainerPhase,
  type EngineObservation,
} from "../../../contracts/containers/agent-container.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import { fetchAgentBundle } from "../../../api/agent-config/agent-fetch.ts";
import { touchAgentConfig, updateAgentConfig } from "../../../db/agent-config/agent-configs.ts";
import { ensureContainerRow, findContainer, readLastLogLines } from "../../../db/containers/containers.ts";
import { askFor } from "../../support/containers/container-intents.ts";
import { timelineOf, truthOf } from "../../support/containers/container-truth.ts";
import { createContainerWorld, type ContainerWorld } from "../../support/containers/container-world.ts";
import { addressOf, containersOf, forceRemoveContainer, logOf, removeInstallation } from "../../support/containers/engine.ts";
import { createMortalActivities, type DeathStory, type MortalActivities } from "../../support/containers/mortal-activities.ts";
import { addPerson } from "../../support/people/people.ts";
import { plainProbe } from "../../support/containers/plain-probe.ts";
import { settleAll } from "../../support/core/settle-all.ts";
import { makeTinyImage, type TinyImage } from "../../support/core/tiny-image.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const PATIENCE_MS = 120_000;
const IDLE_MS = 40 * 60_000;
const ADMIN = { by: "an-admin", reason: givenReason("A test.") };
const CRASH_CODE = 3;
const LAST_WORDS = `told to exit with ${CRASH_CODE}`;

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
  mortal = createMortalActivities(world.deps(runtime, image.tag, plainProbe));
  await world.work(mortal.activities);
}, 240_000);

afterAll(async () => {
  await world.end();
  for (const id of foreign) await forceRemoveContainer(id);
  await removeInstallation(world.installation);
  await image.remove();
}, 120_000);

async function bringUp(tenant: Tenant): Promise<void> {
  await world.containers.ensureRunning(tenant);
  await reaches(tenant, "ready");
}
const passIdleTime = (): Promise<void> => world.database.setClockOffset(IDLE_MS);
/** A revision without effect ends the pause between two looks. */
const lookAgain = (tenant: Tenant): Promise<unknown> => world.containers.configChanged(tenant, 1);
const report: AgentContainerClient["engineObserved"] = (tenant, news) => world.containers.engineObserved(tenant, news);
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

async function containerOf(tenant: Tenant): Promise<string> {
  const [found] = await containersOf(`${ENGINE_LABELS.tenant}=${tenant}`);
  if (found === undefined) throw new Error(`${tenant} has no container`);
  return found.Id;
}

/** What a container does that starts: fetch its configuration with its token. */
async function fetchConfig(tenant: Tenant): Promise<void> {
  const { id, generation } = (await rowOf(tenant)) ?? { id: "none", generation: 0 };
  await fetchAgentBundle({ db: world.api, refusalOf: () => null }, { kind: "container", id, tenant, generation });
}

async function bringUpAndFetch(tenant: Tenant): Promise<void> {
  await bringUp(tenant);
  await fetchConfig(tenant);
}

async function changePersonality(tenant: Tenant): Promise<void> {
  const { revision } = await world.api.asTenant(tenant, (tx) => updateAgentConfig(tx, { personality: "Dry." }));
  await world.containers.configChanged(tenant, revision);
}

/** The news alone ends nothing: the workflow looks at the container, so it must really happen. */
async function befall(
  tenant: Tenant,
  kind: EngineObservation["kind"],
  happen: (id: string) => Promise<unknown>,
): Promise<void> {
  const id = await containerOf(tenant);
  await happen(id);
  await report(tenant, { engineContainerId: id, kind, exitCode: null });
}

/** Somebody else's container has the name. The pause before the fifth attempt is the longest. */
async function failFourTimes(tenant: Tenant): Promise<void> {
  const { name } = await world.worker.asTenant(tenant, (tx) => ensureContainerRow(tx));
  const inTheWay = await new Docker().createContainer({ name, Image: image.tag });
  foreign.add(inTheWay.id);
  await world.containers.ensureRunning(tenant);
  const failures = async () => (await timelineOf(world.api, tenant)).filter((cause) => cause === "start_failed");
  await until("it failed four times", async () => (await failures()).length === 4);
}

async function crash(tenant: Tenant): Promise<void> {
  const id = await containerOf(tenant);
  await fetch(`http://${await addressOf(id)}:${GATEWAY_PORT}/exit/${CRASH_CODE}`).catch(() => undefined);
  await until("its last words are logged", async () => (await logOf(id))?.includes(LAST_WORDS) ?? true);
  await report(tenant, { engineContainerId: id, kind: "exited", exitCode: CRASH_CODE });
}

const STOP_BY_PEOPLE: DeathStory = {
  what: "a stop by people",
  act: (tenant) => askFor(world, tenant, { kind: "stop", ...ADMIN }),
  becomes: { phase: "asleep", generation: 1, timeline: ["chat", "started", "stop_requested"] },
};
const CRASH: DeathStory = {
  what: "a crash",
  act: crash,
  becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "crashed", "started"] },
};

const STORIES: Readonly<Record<keyof AgentContainerActivities, readonly DeathStory[]>> = {
  startContainer: [
    {
      what: "a first start",
      before: async () => undefined,
      act: (tenant) => world.containers.ensureRunning(tenant),
      becomes: { phase: "ready", generation: 1, timeline: ["chat", "started"] },
    },
    CRASH,
  ],
  superviseContainer: [
    {
      what: "a look that finds it idle",
      before: async () => undefined,
      act: (tenant) => world.containers.ensureRunning(tenant),
      atDeath: passIdleTime,
      isAlone: true,
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
      isAlone: true,
      becomes: { phase: "asleep", generation: 1, timeline: ["chat", "started", "idle"] },
    },
    STOP_BY_PEOPLE,
    {
      what: "a restart by people",
      act: (tenant) => askFor(world, tenant, { kind: "restart", ...ADMIN }),
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
      ...CRASH,
      atDeath: async (tenant, place) => {
        if (place !== "report") return;
        const lines = await world.api.asTenant(tenant, (tx) => readLastLogLines(tx));
        expect(lines).toContain(LAST_WORDS);
      },
    },
    {
      what: "a container that no longer answers",
      act: (tenant) => befall(tenant, "unhealthy", (id) => new Docker().getContainer(id).pause()),
      becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "unhealthy", "started"] },
    },
    {
      what: "a removal from outside",
      act: (tenant) => befall(tenant, "removed", forceRemoveContainer),
      becomes: { phase: "ready", generation: 2, timeline: ["chat", "started", "removed_outside", "started"] },
    },
    {
      what: "the last of five failures",
      before: failFourTimes,
      act: async () => undefined,
      becomes: { phase: "failed", generation: 5, timeline: ["chat", ...Array<string>(5).fill("start_failed"), "gave_up"] },
    },
  ],
  admitIntent: [STOP_BY_PEOPLE],
  confirmLoss: [CRASH],
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
      act: (tenant) => askFor(world, tenant, { kind: "retire", ...ADMIN }),
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

async function tell([name, , { before = bringUp, act, atDeath, becomes, isAlone = false }]: (typeof TABLE)[number]) {
  const { tenant } = await addPerson(world.api);
  await before(tenant);
  const doom = mortal.doom({ activity: name, tenant, atDeath: async (place) => void (await atDeath?.(tenant, place)) });
  await act(tenant);
  await until(`${name} lives on`, () => doom.hasLived());
  await until("its last start is on record", async () => ((await rowOf(tenant))?.generation ?? 0) === becomes.generation);
  await settles(tenant, becomes.phase);
  if (isAlone) await world.database.setClockOffset(0);
  return { doom, truth: await truthOf(world.api, tenant), volume: volumeNameOf(tenant) };
}

/** Most of its time a story waits: for pauses between attempts, and for the engine. */
const AT_ONCE = 4;
let endings: ReadonlyMap<unknown, PromiseSettledResult<Awaited<ReturnType<typeof tell>>>>;

beforeAll(async () => {
  const [alone, others] = [TABLE.filter(([, , { isAlone }]) => isAlone), TABLE.filter(([, , { isAlone }]) => !isAlone)];
  const early = await settleAll(alone, 1, tell);
  await world.database.setClockOffset(0);
  endings = new Map([...early, ...(await settleAll(others, AT_ONCE, tell))]);
}, 900_000);

// The title takes the first two of each entry.
test.each(TABLE.map((row) => [row[0], row[1], row] as const))(
  "%s dies after each effect of %s, and what it does is done once",
  (_name, _what, row) => {
    const ending = endings.get(row);
    if (ending?.status !== "fulfilled") throw ending?.reason;
    const { doom, truth, volume } = ending.value;
    const { becomes, volumes = 1 } = row[2];
    expect(doom.problems).toEqual([]);
    expect(doom.deaths.length).toBeGreaterThan(1);
    expect(truth).toEqual({
      ...becomes,
      containers: becomes.phase === "ready" ? ["running"] : [],
      volumes: volumes === 1 ? [volume] : [],
      tokens: becomes.phase === "ready" ? "valid" : "void",
    });
  },
);
