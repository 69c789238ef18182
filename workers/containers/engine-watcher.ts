// Watches one container engine: its events, a full list now and then, its health and the agents' network.
import type { Logger } from "pino";
import type { AgentContainerClient } from "../../adapters/temporal/agent-container-client.ts";
import type { EngineObservation } from "../../contracts/containers/agent-container.ts";
import type { ContainerRuntime, EngineEvent } from "../../contracts/containers/container-runtime.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";
import { findContainer } from "../../db/containers/containers.ts";
import { upsertEngine } from "../../db/containers/engines.ts";
import { applyObservations } from "../../db/containers/fleet.ts";
import { ensureRememberedNetwork } from "./agent-network.ts";
import type { IsolationGuard } from "./isolation-guard.ts";
import { pauseFor, repeat } from "../repeat.ts";

const REPORT_EVERY_MS = 10_000;
const LIST_EVERY_MS = 20_000;
const RECONNECT_PAUSE_MS = 1_000;
/** `docker rm -f` is told as a death, and a moment later as a removal. The one worth telling is the second. */
const SETTLE_MS = 300;

export interface EngineWatcherDeps {
  /** Role fleet. */
  readonly fleet: Database;
  /** Role worker. */
  readonly worker: Database;
  readonly runtime: ContainerRuntime;
  readonly containers: AgentContainerClient;
  readonly guard: Pick<IsolationGuard, "run" | "wake" | "sawNetwork">;
  readonly log: Logger;
}

/** Runs until the signal aborts. Outlives restarts of engine, database and Temporal. */
export async function runEngineWatcher(deps: EngineWatcherDeps, signal: AbortSignal): Promise<void> {
  const { log, runtime } = deps;
  const news = createNews(deps);
  const list = repeat(() => observeAll(deps, news), {
    everyMs: LIST_EVERY_MS,
    signal,
    onError: (err) =>
      log.warn({ event: "engine.list_failed", host: runtime.host, err }, "the engine's list could not be noted"),
  });
  const report = repeat(() => reportEngine(deps), {
    everyMs: REPORT_EVERY_MS,
    signal,
    onError: (err) =>
      log.warn({ event: "engine.report_failed", host: runtime.host, err }, "the engine's health could not be noted"),
  });
  const onReconnect = (): void => {
    list.wake();
    deps.guard.wake();
  };
  const stream = followEvents({ deps, news, signal, onReconnect });
  await Promise.all([list.done, report.done, stream, deps.guard.run(signal)]);
}

/** One open event stream; after each interruption the list shows what was missed. */
async function followEvents(options: {
  deps: EngineWatcherDeps;
  news: News;
  signal: AbortSignal;
  onReconnect: () => void;
}): Promise<void> {
  const { deps, news, signal, onReconnect } = options;
  while (!signal.aborted) {
    onReconnect();
    try {
      await deps.runtime.watch((event) => noteEvent(news, event), signal);
    } catch (err) {
      deps.log.warn({ event: "engine.stream_ended", host: deps.runtime.host, err }, "the engine's event stream ended");
    }
    await pauseFor(RECONNECT_PAUSE_MS, signal);
  }
}

function noteEvent(news: News, event: EngineEvent): void {
  if (event.tenant === null || event.kind === "started") return;
  const { engineContainerId, exitCode, kind } = event;
  news.add(event.tenant, { engineContainerId, exitCode, kind });
}

/** Lists the engine, writes what it sees in one statement, and tells workflows what changed. Also sends what is left over. */
export async function observeAll({ fleet, runtime }: Pick<EngineWatcherDeps, "fleet" | "runtime">, news: News): Promise<void> {
  const listed = await runtime.list();
  const observations = listed.map(({ engineContainerId, state }) => ({ engineContainerId, state }));
  const transitions = await fleet.globally((tx) => applyObservations(tx, { host: runtime.host, observations }));
  for (const { tenant, engineContainerId, state } of transitions) {
    if (state === "missing") news.add(tenant, { engineContainerId, exitCode: null, kind: "removed" });
    if (state === "exited" || state === "dead") news.add(tenant, { engineContainerId, exitCode: null, kind: "exited" });
  }
  await news.flush();
}

/** Health and network of the engine, as the api reads them. */
export async function reportEngine({ fleet, worker, runtime, guard, log }: EngineWatcherDeps): Promise<void> {
  const report = await lookAtEngine(worker, runtime).catch((error: unknown) => {
    if (error instanceof FleetError && error.code === "DATABASE_UNAVAILABLE") throw error;
    log.warn({ event: "engine.unavailable", host: runtime.host, err: error }, "the container engine is not usable");
    const detail = error instanceof FleetError ? error.message : "The container engine cannot be used.";
    return { ok: false, detail, version: null, networkId: null, subnet: null, gatewayAddress: null };
  });
  if (report.networkId !== null) guard.sawNetwork(report.networkId);
  await fleet.globally((tx) => upsertEngine(tx, { name: runtime.host, ...report }));
}

async function lookAtEngine(worker: Database, runtime: ContainerRuntime) {
  const { version } = await runtime.ping();
  const { networkId, subnet, gatewayAddress } = await ensureRememberedNetwork(worker, runtime);
  return { ok: true, detail: "", version, networkId, subnet, gatewayAddress };
}

/** News for workflows: each container's loss is told once, and kept until it could be told. */
export interface News {
  add(tenant: Tenant, observation: EngineObservation): void;
  /** Tells what is pending; what cannot be told now stays pending. */
  flush(): Promise<void>;
}

export function createNews(deps: Pick<EngineWatcherDeps, "worker" | "runtime" | "containers" | "log">): News {
  const pending = new Map<string, { readonly tenant: Tenant; readonly observation: EngineObservation }>();
  let flushing: Promise<void> = Promise.resolve();

  async function tellAll(): Promise<void> {
    for (const [id, { tenant, observation }] of pending) {
      try {
        await tell(deps, tenant, observation);
        pending.delete(id);
      } catch (err) {
        deps.log.warn(
          { event: "engine.news_kept", tenant, engineContainerId: id, err },
          "a workflow could not be told; it will be",
        );
      }
    }
  }
  // One after the other: two at once would tell the same twice.
  const flush = (): Promise<void> => (flushing = flushing.then(tellAll));

  return {
    add(tenant, observation) {
      const isFirst = !pending.has(observation.engineContainerId);
      pending.set(observation.engineContainerId, { tenant, observation });
      if (isFirst) setTimeout(() => void flush(), SETTLE_MS).unref();
    },
    flush,
  };
}

/** Only a container that its row calls ready is news when it is gone: every other end is the workflow's own doing. */
async function tell(
  { worker, runtime, containers, log }: Pick<EngineWatcherDeps, "worker" | "runtime" | "containers" | "log">,
  tenant: Tenant,
  observation: EngineObservation,
): Promise<void> {
  const { engineContainerId, kind } = observation;
  const row = await worker.asTenant(tenant, (tx) => findContainer(tx));
  if (row === null || row.phase !== "ready" || row.engineContainerId !== engineContainerId) return;
  const seen = await runtime.inspect(engineContainerId);
  const refined: EngineObservation =
    seen === null
      ? { engineContainerId, kind: "removed", exitCode: null }
      : { engineContainerId, kind: seen.outOfMemory ? "out_of_memory" : kind, exitCode: seen.exitCode ?? observation.exitCode };
  const told = await containers.engineObserved(tenant, refined);
  log.info(
    { event: "engine.observed", tenant, engineContainerId, kind: refined.kind, exitCode: refined.exitCode, told },
    "a container was lost",
  );
}
