// Lets no agent start before it is proven that agents are kept apart: establishes it at the start, by schedule, and for every new network.
import type { Logger } from "pino";
import type { AgentIsolation } from "../../adapters/docker/agent-isolation.ts";
import {
  ISOLATION_UNKNOWN,
  type Isolation,
  type IsolationReason,
  type IsolationSetting,
} from "../../contracts/installation/agent-isolation.ts";
import { plainReason } from "../../contracts/containers/container-reasons.ts";
import { reasonError } from "../../contracts/containers/reason-words.ts";
import type { AgentNetwork, ContainerRuntime } from "../../contracts/containers/container-runtime.ts";
import type { Database } from "../../db/core/database.ts";
import { listEngines, noteIsolation } from "../../db/containers/engines.ts";
import { ensureRememberedNetwork } from "./agent-network.ts";
import { repeat, type Repeated } from "../repeat.ts";

/** Rules can be flushed by others, such as a firewall that is reloaded. */
const PROVEN_FOR_MS = 300_000;
const TRY_AGAIN_AFTER_MS = 30_000;

export interface IsolationGuardDeps {
  readonly setting: IsolationSetting;
  readonly isolation: AgentIsolation;
  readonly runtime: ContainerRuntime;
  /** Role worker. */
  readonly worker: Database;
  /** Role fleet. */
  readonly fleet: Database;
  readonly log: Logger;
}

export interface IsolationGuard {
  /**
   * The network that agents start in; waits for a look that is under way, and looks at a network that is new.
   * @throws FleetError ISOLATION_UNPROVEN, ENGINE_UNAVAILABLE
   */
  provenNetwork(): Promise<AgentNetwork>;
  /** The engine was away: looks at once. */
  wake(): void;
  /** Looks at once when this is another network than the one that was proven. */
  sawNetwork(networkId: string): void;
  /** Looks again and again, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export function createIsolationGuard(deps: IsolationGuardDeps): IsolationGuard {
  const { setting, runtime, worker, log } = deps;
  const network = () => ensureRememberedNetwork(worker, runtime);
  const examiner = createExaminer(deps, network);
  let loop: Repeated | null = null;
  let isDueAtMs = 0;

  const wake = (): void => {
    isDueAtMs = 0;
    loop?.wake();
  };
  async function lookWhenDue(): Promise<void> {
    if (Date.now() < isDueAtMs) return;
    // Before the look, so that a wake in the meantime is not lost.
    isDueAtMs = Date.now() + PROVEN_FOR_MS;
    const isolation = await examiner.look().catch((err: unknown) => {
      log.warn({ event: "isolation.not_examined", err }, "the isolation of agents could not be examined");
      return null;
    });
    if (isolation === null || isolation.state === "broken") isDueAtMs = 0;
  }

  return {
    async provenNetwork() {
      const found = await network();
      if (setting !== "required" || found.networkId === examiner.provenNetworkId()) return found;
      await examiner.look();
      const again = await network();
      if (again.networkId === examiner.provenNetworkId()) return again;
      throw reasonError("ISOLATION_UNPROVEN", plainReason("isolation_unproven"));
    },
    wake,
    sawNetwork(networkId) {
      const proven = examiner.provenNetworkId();
      if (proven !== null && proven !== networkId) wake();
    },
    async run(signal) {
      const onError = (err: unknown): void => log.error({ event: "isolation.loop_failed", err }, "the look failed");
      loop = repeat(lookWhenDue, { everyMs: TRY_AGAIN_AFTER_MS, signal, onError });
      await loop.done;
    },
  };
}

interface Examiner {
  /** One test at a time: concurrent callers share it. @throws FleetError ENGINE_UNAVAILABLE */
  look(): Promise<Isolation>;
  provenNetworkId(): string | null;
}

function createExaminer(deps: IsolationGuardDeps, network: () => Promise<AgentNetwork>): Examiner {
  const { fleet, runtime, log } = deps;
  let proven: string | null = null;
  let looking: Promise<Isolation> | null = null;
  async function look(): Promise<Isolation> {
    const startedAt = performance.now();
    const found = await network();
    const verdict = await establish(deps, found);
    proven = verdict.state === "broken" ? null : found.networkId;
    const isolation = { ...verdict, checkedAt: new Date().toISOString() };
    await fleet.globally((tx) => noteIsolation(tx, { name: runtime.host, isolation }));
    tell(log, isolation, Math.round(performance.now() - startedAt));
    return isolation;
  }
  return {
    look: () => (looking ??= look().finally(() => (looking = null))),
    provenNetworkId: () => proven,
  };
}

async function establish(
  { setting, isolation, fleet, runtime }: IsolationGuardDeps,
  network: AgentNetwork,
): Promise<Omit<Isolation, "checkedAt">> {
  if (setting === "required") return await isolation.establish(network);
  const before = (await fleet.globally(listEngines)).find(({ name }) => name === runtime.host)?.isolation ?? ISOLATION_UNKNOWN;
  // Rules of before would go on holding what their administrator gave up.
  if (before.state === "proven" || before.state === "broken") await isolation.giveUp();
  return { state: "off", reason: null, findings: [] };
}

const HINTS: Readonly<Record<IsolationReason, string>> = {
  no_iptables: "this host has no iptables",
  no_docker_chain: "iptables has no chain DOCKER-USER: the engine does not use this host's iptables, or runs rootless",
  rules_refused: "iptables refused the rules",
  image_missing: "the agent image is not in the engine; build it, or set MOSAIC_AGENT_IMAGE",
  image_unfit: "the agent image cannot run chroot as root on this engine",
  probe_failed: "the probe containers did not come to an end",
  agents_reach_agents: "a probe container reached another one",
  agents_reach_host: "a probe container reached a port of this host",
  agents_reach_metadata: "a probe container reached the metadata address",
  agents_have_ipv6: "a probe container reached this host over IPv6",
  internal_listener_closed: "a probe container cannot reach the internal listener",
  agents_not_reached: "this host does not reach a probe container",
};

function tell(log: Logger, { state, reason, findings }: Isolation, tookMs: number): void {
  if (state === "off") {
    log.warn({ event: "isolation.off" }, "MOSAIC_AGENT_ISOLATION is off: agents can reach everything this host can");
  } else if (reason === null) {
    log.info({ event: "isolation.proven", tookMs, findings }, "agents are kept apart from this network and from each other");
  } else {
    const message = `no agent is started: ${HINTS[reason]}`;
    log.error({ event: "isolation.broken", reason, tookMs, findings }, message);
  }
}
