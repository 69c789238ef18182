// What the workflow of an agent container does to the world: start, look, stop, note a failure, remove.
import type { Actor, ContainerCause, StartedContainerFacts } from "../../contracts/containers/agent-container.ts";
import type { IntentKind } from "../../contracts/containers/container-intents.ts";
import type { ContainerReason } from "../../contracts/containers/container-reasons.ts";
import type { ContainerRuntime } from "../../contracts/containers/container-runtime.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";
import { guarded } from "../core/activity-failure.ts";
import { configEffectActivity } from "./agent-container-config.ts";
import { startContainerActivity } from "./agent-container-start.ts";
import { noteFailureActivity, retireContainerActivity, stopContainerActivity } from "./agent-container-stop.ts";
import { admitIntentActivity } from "./agent-container-intents.ts";
import { confirmLossActivity, superviseContainerActivity } from "./agent-container-supervise.ts";

export interface ProbedGateway {
  /** `host:port`. */
  readonly address: string;
  /** Of its start; nobody else's answer counts. */
  readonly certificate: string;
}

export interface GatewayProbe {
  /** True when the gateway takes requests. False while it boots or drains, and when nothing answers. */
  isReady(gateway: ProbedGateway): Promise<boolean>;
  /** True when the process answers at all. */
  isAlive(gateway: ProbedGateway): Promise<boolean>;
}

export interface AgentContainerDeps {
  /** Logged in as the worker. */
  readonly db: Database;
  readonly runtime: ContainerRuntime;
  readonly probe: GatewayProbe;
  /** The agent image's reference. */
  readonly image: string;
  /**
   * The MOSAIC_API_URL of a container: the internal listener on the agents' bridge.
   * @throws FleetError ISOLATION_UNPROVEN while it is not proven that agents are kept apart: none is made then
   */
  readonly internalApiUrl: () => Promise<string>;
  readonly limits: { readonly memoryBytes: number; readonly cpus: number; readonly pidsLimit: number };
  /** The longest pause between two looks at a running container; absent: the product's minute. */
  readonly lookEveryMs?: number;
}

export interface ContainerLoss {
  readonly cause: ContainerCause;
  /** Null: nothing is known. */
  readonly reason: ContainerReason | null;
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
  /** The record that says so, for `requested` and `restart`; without an open one nothing is stopped. */
  readonly intentId?: string;
}

export interface FailureInput extends ContainerLoss {
  readonly tenant: Tenant;
  readonly startId: string;
  readonly givesUp: boolean;
}

export interface RetireInput {
  readonly tenant: Tenant;
  /** The record that says so and which life is meant; without an open one nothing is removed. Absent: an older release asked. */
  readonly intentId?: string;
}

export interface IntentHint {
  readonly tenant: Tenant;
  readonly kind: IntentKind;
  /** As the message claims; null where it names none. */
  readonly intentId: string | null;
}

/** An intent that is recorded and not done yet. */
export interface AdmittedIntent extends Actor {
  readonly intentId: string;
  /** In words for operators, with the name of who asked. */
  readonly shown: string;
}

export interface LossHint {
  readonly tenant: Tenant;
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
  /** The recorded intent that a message refers to; null if there is none, or it is done. Idempotent: it reads. */
  admitIntent(input: IntentHint): Promise<AdmittedIntent | null>;
  /** What is wrong with the container, by the engine and its own answers; null when it is well. Idempotent: it reads. */
  confirmLoss(input: LossHint): Promise<ContainerLoss | null>;
  /** Idempotent: it compares, and notes what was compared. */
  configEffect(input: { tenant: Tenant }): Promise<ConfigEffect>;
  /**
   * Idempotent: what is gone is gone, and what a later start made stays. False if all of it belongs to a later start, or
   * nobody requested it.
   */
  retireContainer(input: RetireInput): Promise<{ retired: boolean }>;
}

export function createAgentContainerActivities(deps: AgentContainerDeps): AgentContainerActivities {
  return {
    startContainer: guarded((input) => startContainerActivity(deps, input)),
    superviseContainer: guarded((input) => superviseContainerActivity(deps, input)),
    stopContainer: guarded((input) => stopContainerActivity(deps, input)),
    noteFailure: guarded((input) => noteFailureActivity(deps, input)),
    admitIntent: guarded((input) => admitIntentActivity(deps, input)),
    confirmLoss: guarded((input) => confirmLossActivity(deps, input)),
    configEffect: guarded(({ tenant }) => configEffectActivity(deps, tenant)),
    retireContainer: guarded((input) => retireContainerActivity(deps, input)),
  };
}
