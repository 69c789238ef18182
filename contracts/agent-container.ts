// The life of an agent container: statuses, phases, causes, and the names of its workflow and messages.
import { z } from "zod";
import { CONTAINER_STATUSES } from "./closed-sets.ts";
import { tenantParts, type Tenant } from "./tenant.ts";

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
] as const;
export type ContainerCause = (typeof CONTAINER_CAUSES)[number];

/** Who asked, and why, for restarts and stops by people. `by` is a principal id or `system`. */
export const actorSchema = z.strictObject({ by: z.string().min(1).max(200), reason: z.string().min(1).max(500) });
export type Actor = z.infer<typeof actorSchema>;

/**
 * Who asked for the removal for good, and of which life: `generation` was the newest when it was asked for. What a later
 * start made is not meant, for the wish may be delivered twice, or again from a backup.
 */
export interface RetireWish extends Actor {
  readonly generation: number;
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
  /** What is wished when no message comes with the start: an update without a worker is lost, the arguments are not. */
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
  readonly wishedRevision: number;
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

/** What the engine watcher saw of a container. `engineContainerId` guards against news about an older container. */
export interface EngineObservation {
  readonly engineContainerId: string;
  readonly kind: "exited" | "out_of_memory" | "removed" | "unhealthy";
  readonly exitCode: number | null;
}

/** Answer of the query `status`. */
export interface AgentContainerStatus {
  readonly phase: ContainerPhase;
  readonly generation: number;
  readonly configRevision: number;
  readonly attempt: number;
  readonly reason: string;
}

/** Labels on everything made in the engine (C0). */
export const ENGINE_LABELS = {
  installation: "mosaic.installation",
  tenant: "mosaic.tenant",
  start: "mosaic.start",
  generation: "mosaic.generation",
  kind: "mosaic.kind",
} as const;

/** Container and volume name by the contract of C1. User ids are random, so that neighbours cannot guess a name. */
export function engineName(tenant: Tenant): string {
  const { kind, id } = tenantParts(tenant);
  switch (kind) {
    case "human":
      return `mosaic-user-${id}`;
    case "agent":
      return `mosaic-agent-${id}`;
    case "system":
      return `mosaic-system-${id}`;
  }
}

export const GATEWAY_PORT = 18_789;

export const containerEventViewSchema = z.strictObject({
  id: z.uuid(),
  at: z.iso.datetime(),
  cause: z.enum(CONTAINER_CAUSES),
  phase: z.enum(CONTAINER_PHASES),
  actor: z.string(),
  reason: z.string(),
  generation: z.number().int(),
});
export type ContainerEventView = z.infer<typeof containerEventViewSchema>;

/** `GET /api/me/agent`: the state of one's own container. */
export const containerViewSchema = z.strictObject({
  status: z.enum(CONTAINER_STATUSES),
  phase: z.enum(CONTAINER_PHASES),
  reason: z.string(),
  /** Only when status is error: the last lines the container printed, for its owner. */
  lastLogLines: z.array(z.string()),
  host: z.string().nullable(),
  image: z.string().nullable(),
  generation: z.number().int(),
  configRevision: z.number().int(),
  appliedRevision: z.number().int().nullable(),
  startedAt: z.iso.datetime().nullable(),
  lastActivityAt: z.iso.datetime().nullable(),
  sleepsAt: z.iso.datetime().nullable(),
  timeline: z.array(containerEventViewSchema),
});
export type ContainerView = z.infer<typeof containerViewSchema>;
