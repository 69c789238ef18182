// The life of an agent container: statuses, phases, causes, and the names of its workflow and messages.
import { z } from "zod";
import { shownNameSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { CONTAINER_STATUSES } from "../core/closed-sets.ts";
import { tenantParts, type Tenant, type TenantKind } from "../core/tenant.ts";
import { containerReasonSchema } from "./container-reason-schema.ts";
import type { ContainerReason } from "./container-reasons.ts";

export type ContainerStatus = (typeof CONTAINER_STATUSES)[number];

/** Finer than the status, for people. `stopping` has status `stopped`, because no request may be sent there any more. */
export const CONTAINER_PHASES = [
  "never_started",
  "creating",
  "booting",
  "ready",
  "restarting",
  "backing_off",
  "stopping",
  "asleep",
  "failed",
] as const;
export type ContainerPhase = (typeof CONTAINER_PHASES)[number];

export const STATUS_OF_PHASE: Readonly<Record<ContainerPhase, ContainerStatus>> = {
  never_started: "stopped",
  creating: "starting",
  booting: "starting",
  ready: "running",
  restarting: "starting",
  backing_off: "starting",
  stopping: "stopped",
  asleep: "stopped",
  failed: "error",
};

/** Why something happened to a container; one row of its timeline each. */
export const CONTAINER_CAUSES = [
  "chat",
  "always_on",
  "config_changed",
  "restart_requested",
  "stop_requested",
  "idle",
  "started",
  "stopped",
  "crashed",
  "out_of_memory",
  "removed_outside",
  "unhealthy",
  "start_failed",
  "gave_up",
  "retired",
  "drift_repaired",
  "message_ignored",
] as const;
export type ContainerCause = (typeof CONTAINER_CAUSES)[number];

/** Who asked, and why, for restarts and stops by people. `by` is a principal id or `system`. */
export interface Actor {
  readonly by: string;
  /** Null: none was given. */
  readonly reason: ContainerReason | null;
}

export const AGENT_CONTAINER_WORKFLOW = "agentContainer";
export const RECONCILE_FLEET_WORKFLOW = "reconcileFleet";
export const RECONCILE_FLEET_SCHEDULE_ID = "reconcile-fleet";
/** One Temporal namespace holds one installation, so that a constant will do. */
export const TASK_QUEUE = "mosaic-fleet";

export const MESSAGE_NAMES = {
  ensureRunning: "ensureRunning",
  configChanged: "configChanged",
  restart: "restart",
  stop: "stop",
  retire: "retire",
  engineObserved: "engineObserved",
  status: "status",
} as const;

/** The search attributes of container and lease workflows, and their Temporal types. */
export const SEARCH_ATTRIBUTES = {
  MosaicTenant: "KEYWORD",
  MosaicPhase: "KEYWORD",
  MosaicHost: "KEYWORD",
  MosaicImage: "KEYWORD",
  MosaicConfigRevision: "INT",
  MosaicCredentialKind: "KEYWORD",
  MosaicCredentialId: "KEYWORD",
  MosaicLeaseOwner: "KEYWORD",
} as const;

export function agentContainerWorkflowId(tenant: Tenant): string {
  return `container/${tenant}`;
}

/** Why the workflow is started. `alwaysOn` tenants have no idle timer. */
export interface AgentContainerInput {
  readonly tenant: Tenant;
  readonly alwaysOn: boolean;
  /**
   * What the start itself requests: an update sent while no worker runs is lost, the arguments are not. The field keeps its old
   * name because it is recorded in the histories of open runs.
   */
  readonly wish: "run" | "none";
  /** Only from one run to the next of a container whose history became long. */
  readonly resume?: ResumedContainer;
}

/** What a run hands to its successor; ids and small facts. */
export interface ResumedContainer {
  readonly started: StartedContainerFacts;
  readonly starts: number;
  readonly failures: number;
  readonly readySinceMs: number;
  readonly desiredRevision: number;
}

/** What is known of a container that became ready. */
export interface StartedContainerFacts {
  readonly engineContainerId: string;
  readonly generation: number;
  readonly host: string;
  readonly image: string;
  /** The revision of the configuration that it fetched. */
  readonly configRevision: number;
}

/** Answer of the update `ensureRunning`. */
export interface EnsureRunningResult {
  readonly generation: number;
}

export const ENGINE_OBSERVATIONS = ["exited", "out_of_memory", "removed", "unhealthy"] as const;

/** What the engine watcher saw of a container. `engineContainerId` guards against news about an older container. */
export interface EngineObservation {
  readonly engineContainerId: string;
  readonly kind: (typeof ENGINE_OBSERVATIONS)[number];
  readonly exitCode: number | null;
}

/** Answer of the query `status`. */
export interface AgentContainerStatus {
  readonly phase: ContainerPhase;
  readonly generation: number;
  readonly configRevision: number;
  readonly attempt: number;
  readonly reason: ContainerReason | null;
}

/** Labels on everything that we create in the engine. */
export const ENGINE_LABELS = {
  installation: "mosaic.installation",
  tenant: "mosaic.tenant",
  start: "mosaic.start",
  generation: "mosaic.generation",
  kind: "mosaic.kind",
} as const;

/** A volume is found by its tenant alone: it outlives every row and every container. */
export function volumeNameOf(tenant: Tenant): string {
  const { kind, id } = tenantParts(tenant);
  return `${NAME_PREFIXES[kind]}${id}`;
}

/**
 * A container's name. The engine's DNS tells it to every neighbour that looks an address up, so that it carries
 * `containerId`, a random id, instead of the user's id. System agents are named by administrators.
 */
export function containerNameOf(tenant: Tenant, containerId: string): string {
  const { kind, id } = tenantParts(tenant);
  return `${NAME_PREFIXES[kind]}${kind === "system" ? id : containerId}`;
}

const NAME_PREFIXES: Readonly<Record<TenantKind, string>> = {
  human: "mosaic-user-",
  agent: "mosaic-agent-",
  system: "mosaic-system-",
};

export const GATEWAY_PORT = 18_789;
/** How a gateway is called in its certificate. No resolver knows the name. */
export const GATEWAY_SERVER_NAME = "gateway.mosaic.internal";
/** Where the entrypoint puts what the gateway proves itself with: in memory, so that it never reaches the volume. */
export const GATEWAY_TLS_PATHS = { certificate: "/run/mosaic/gateway.crt", key: "/run/mosaic/gateway.key" } as const;

export const containerEventViewSchema = z.strictObject({
  id: z.uuid(),
  at: instantSchema,
  cause: z.enum(CONTAINER_CAUSES),
  phase: z.enum(CONTAINER_PHASES),
  actor: z.string(),
  /** Of the person who asked; null when it was the system, or nobody who is still known. */
  actorName: shownNameSchema.nullable(),
  reason: containerReasonSchema.nullable(),
  generation: z.number().int(),
});
export type ContainerEventView = z.infer<typeof containerEventViewSchema>;

/** `GET /api/me/agent`: the state of the caller's container. */
export const containerViewSchema = z.strictObject({
  /** Of the container in the engine; null while there was none. */
  name: z.string().nullable(),
  status: z.enum(CONTAINER_STATUSES),
  phase: z.enum(CONTAINER_PHASES),
  reason: containerReasonSchema.nullable(),
  /** Only when status is error: the last lines the container printed, for its owner. */
  lastLogLines: z.array(z.string()),
  host: z.string().nullable(),
  image: z.string().nullable(),
  generation: z.number().int(),
  configRevision: z.number().int(),
  appliedRevision: z.number().int().nullable(),
  startedAt: instantSchema.nullable(),
  lastActivityAt: instantSchema.nullable(),
  sleepsAt: instantSchema.nullable(),
  timeline: z.array(containerEventViewSchema),
});
export type ContainerView = z.infer<typeof containerViewSchema>;
