// Starting an agent container: claim, volume, container, readiness.
import { type ApplicationFailure, Context } from "@temporalio/activity";
import {
  GATEWAY_PORT,
  volumeNameOf,
  type ContainerPhase,
  type StartedContainerFacts,
} from "../../contracts/containers/agent-container.ts";
import { plainReason, type ContainerReason } from "../../contracts/containers/container-reasons.ts";
import type { RunningContainer } from "../../contracts/containers/container-runtime.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { appendEvent, findEvent } from "../../db/containers/container-events.ts";
import { completeRestarts } from "../../db/containers/container-intents.ts";
import {
  claimStart,
  ensureContainerRow,
  lockContainer,
  recordStarted,
  setPhase,
  type ClaimedStart,
} from "../../db/containers/containers.ts";
import type { AgentContainerDeps, StartInput } from "./agent-container.ts";
import { reasonFailure, withHeartbeat } from "../core/activity-failure.ts";
import { newestInEngine } from "./agent-container-fence.ts";

const READY_TIMEOUT_MS = 180_000;
const READY_POLL_MS = 300;
const HEARTBEAT_MS = 2_000;
const GOING_ON: ReadonlySet<ContainerPhase> = new Set(["restarting", "backing_off"]);

export async function startContainerActivity(deps: AgentContainerDeps, input: StartInput): Promise<StartedContainerFacts> {
  return await withHeartbeat(HEARTBEAT_MS, async () => {
    const claimed = await claimAboveEngine(deps, input, await claim(deps, input));
    const container = await createAndStart(deps, input, claimed);
    await waitUntilReady(deps, container, claimed.gatewayIdentity.certificate);
    return await noteReady(deps, input, container);
  });
}

async function claim({ db }: AgentContainerDeps, { tenant, alwaysOn, startId }: StartInput): Promise<ClaimedStart> {
  return await db.asTenant(tenant, async (tx) => {
    if (await isOver(tx, startId)) throw superseded();
    const before = await ensureContainerRow(tx);
    const claimed = await claimStart(tx, { startId });
    if (before.startId !== startId) await completeRestarts(tx, startId);
    await setPhase(tx, { phase: "creating", reason: plainReason("creating") });
    // A restart and a repair said already why they start it.
    if (before.startId === startId || GOING_ON.has(before.phase)) return claimed;
    const cause = alwaysOn ? "always_on" : "chat";
    const reason = plainReason(alwaysOn ? "always_on" : "woken");
    await appendEvent(tx, { cause, actor: "system", reason, onceKey: `wake/${startId}` });
    return claimed;
  });
}

/** An attempt that was considered dead may begin after another one has finished: a start id is never used again. */
async function isOver(tx: TenantTransaction, startId: string): Promise<boolean> {
  if ((await lockContainer(tx))?.startId === startId) return false;
  return (await findEvent(tx, `started/${startId}`)) !== null || (await findEvent(tx, `failure/${startId}`)) !== null;
}

/** A database that was restored from a backup learns from the engine how far the starts were counted. */
async function claimAboveEngine(
  { db, runtime }: AgentContainerDeps,
  { tenant, startId }: StartInput,
  claimed: ClaimedStart,
): Promise<ClaimedStart> {
  const newest = await newestInEngine(runtime, tenant);
  if (newest <= claimed.generation) return claimed;
  return await db.asTenant(tenant, async (tx) => {
    if ((await lockContainer(tx))?.startId !== startId) throw superseded();
    return await claimStart(tx, { startId, above: newest });
  });
}

function superseded(): ApplicationFailure {
  return reasonFailure("START_SUPERSEDED", plainReason("superseded"));
}

async function createAndStart(
  deps: AgentContainerDeps,
  { tenant, startId }: StartInput,
  claim: ClaimedStart,
): Promise<RunningContainer> {
  const { runtime, image, limits } = deps;
  const { name, generation } = claim;
  const volumeName = volumeNameOf(tenant);
  await runtime.ensureVolume(tenant, volumeName, generation);
  const container = await runtime.start({
    ...{ tenant, name, volumeName, image, startId, generation, ...limits },
    env: { MOSAIC_API_URL: await deps.internalApiUrl(), AGENT_TOKEN: claim.agentToken, AGENT_ID: claim.containerId },
  });
  const { engineContainerId, address } = container;
  const isOurs = await deps.db.asTenant(tenant, async (tx) => {
    const recorded = await recordStarted(tx, { startId, host: runtime.host, image, engineContainerId, address });
    if (recorded) await setPhase(tx, { phase: "booting", reason: plainReason("booting") });
    return recorded;
  });
  if (isOurs) return container;
  await runtime.removeContainer(engineContainerId);
  throw superseded();
}

async function waitUntilReady(
  { runtime, probe }: AgentContainerDeps,
  container: RunningContainer,
  certificate: string,
): Promise<void> {
  const context = Context.current();
  const endsAt = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const seen = await runtime.inspect(container.engineContainerId);
    if (seen === null) throw reasonFailure("CONTAINER_REMOVED", plainReason("removed_at_start"));
    if (seen.state !== "running") throw exitedAtStart(seen);
    if (seen.address !== null && (await probe.isReady({ address: `${seen.address}:${GATEWAY_PORT}`, certificate }))) return;
    if (Date.now() > endsAt) {
      throw reasonFailure("START_TIMED_OUT", { code: "not_ready_in_time", values: { seconds: READY_TIMEOUT_MS / 1000 } });
    }
    await context.sleep(READY_POLL_MS);
  }
}

/** Exit codes as the image's entrypoint and OpenClaw give them (sysexits). */
function exitedAtStart({ exitCode, outOfMemory }: RunningContainer): ApplicationFailure {
  const ended = (reason: ContainerReason): ApplicationFailure => reasonFailure("CONTAINER_EXITED", reason);
  if (outOfMemory) return ended(plainReason("out_of_memory"));
  if (exitCode === 78) return ended(plainReason("config_refused"));
  if (exitCode === 69) return ended(plainReason("control_plane_unreachable"));
  return ended({ code: "exited_at_start", values: { exitCode } });
}

async function noteReady(
  deps: AgentContainerDeps,
  { tenant, startId }: StartInput,
  container: RunningContainer,
): Promise<StartedContainerFacts> {
  return await deps.db.asTenant(tenant, async (tx) => {
    const row = await lockContainer(tx);
    if (row?.startId !== startId) throw superseded();
    await setPhase(tx, { phase: "ready", reason: plainReason("ready"), lastLogLines: [] });
    const started = { cause: "started", actor: "system", reason: plainReason("ready") } as const;
    await appendEvent(tx, { ...started, onceKey: `started/${startId}` });
    const { engineContainerId } = container;
    const { host } = deps.runtime;
    return {
      engineContainerId,
      generation: container.generation,
      host,
      image: deps.image,
      configRevision: row.fetchedRevision ?? 0,
    };
  });
}
