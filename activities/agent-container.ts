// What the workflow of an agent container does to the world: start, look, stop, note a failure, remove.
import type { Actor, ContainerCause, StartedContainerFacts } from "../contracts/agent-container.ts";
import type { ContainerRuntime } from "../contracts/container-runtime.ts";
import type { Tenant } from "../contracts/tenant.ts";
import type { Database } from "../db/database.ts";
import { guarded } from "./activity-failure.ts";
import { configEffectActivity } from "./agent-container-config.ts";
import { startContainerActivity } from "./agent-container-start.ts";
import { noteFailureActivity, retireContainerActivity, stopContainerActivity } from "./agent-container-stop.ts";
import { superviseContainerActivity } from "./agent-container-supervise.ts";

export interface GatewayProbe {
  /** True when the gateway takes requests. False while it boots or drains, and when nothing answers. */
  isReady(address: string): Promise<boolean>;
  /** True when the process answers at all. */
  isAlive(address: string): Promise<boolean>;
}

export interface AgentContainerDeps {
  /** Logged in as the worker. */
  readonly db: Database;
  readonly runtime: ContainerRuntime;
  readonly probe: GatewayProbe;
  /** The agent image's reference. */
  readonly image: string;
  /** What a container is told as MOSAIC_API_URL: the internal listener on the agents' bridge. */
  readonly internalApiUrl: () => Promise<string>;
  readonly limits: { readonly memoryBytes: number; readonly cpus: number; readonly pidsLimit: number };
}

export interface ContainerLoss {
  readonly cause: ContainerCause;
  /** In words for the owner. */
  readonly reason: string;
}

export interface StartInput {
  readonly tenant: Tenant;
  readonly alwaysOn: boolean;
  readonly startId: string;
}

export interface SuperviseInput {
  readonly tenant: Tenant;
  readonly alwaysOn: boolean;
  readonly generation: number;
}
export type SuperviseResult = { readonly outcome: "idle" } | { readonly outcome: "lost"; readonly loss: ContainerLoss };

/** `idle` is conditional on nobody having used it; `restart` and `config` go on to a start. */
export type StopMode = "idle" | "requested" | "restart" | "config";
export interface StopInput {
  readonly tenant: Tenant;
  readonly mode: StopMode;
  readonly actor: Actor;
  /** Of the start that is ended; keeps the timeline free of repetitions. */
  readonly stopId: string;
}

export interface FailureInput extends ContainerLoss {
  readonly tenant: Tenant;
  readonly startId: string;
  readonly givesUp: boolean;
}

export interface RetireInput {
  readonly tenant: Tenant;
  /** The newest one when it was asked for. */
  readonly generation: number;
}

export interface ConfigEffect {
  /** The newest revision. */
  readonly revision: number;
  /** Whether the running container would get anything else than what it has. */
  readonly changed: boolean;
}

export interface AgentContainerActivities {
  /**
   * Makes the container of this start run and waits until it is ready. Idempotent: a start id is claimed once, and a
   * container that carries it is adopted.
   */
  startContainer(input: StartInput): Promise<StartedContainerFacts>;
  /** One look. Throws the retryable STILL_RUNNING with the time of the next look. Idempotent: it only reads. */
  superviseContainer(input: SuperviseInput): Promise<SuperviseResult>;
  /** Idempotent: what an earlier attempt began or ended is recognised in the row. A later start is never touched. */
  stopContainer(input: StopInput): Promise<{ stopped: boolean }>;
  /** Idempotent: what is found is written down before the container goes, and read again by the next attempt. */
  noteFailure(input: FailureInput): Promise<void>;
  /** Idempotent: it compares, and notes what was compared. */
  configEffect(input: { tenant: Tenant }): Promise<ConfigEffect>;
  /** Idempotent: what is gone is gone, and what a later start made stays. False when all of it is of a later life. */
  retireContainer(input: RetireInput): Promise<{ retired: boolean }>;
}

export function createAgentContainerActivities(deps: AgentContainerDeps): AgentContainerActivities {
  return {
    startContainer: guarded((input) => startContainerActivity(deps, input)),
    superviseContainer: guarded((input) => superviseContainerActivity(deps, input)),
    stopContainer: guarded((input) => stopContainerActivity(deps, input)),
    noteFailure: guarded((input) => noteFailureActivity(deps, input)),
    configEffect: guarded(({ tenant }) => configEffectActivity(deps, tenant)),
    retireContainer: guarded((input) => retireContainerActivity(deps, input)),
  };
}
