// The runtime contract: what a container engine must do for agent containers. Used by activities and the watcher only.
import type { Secret } from "../core/secret.ts";
import type { Tenant } from "../core/tenant.ts";

export interface ContainerSpec {
  readonly tenant: Tenant;
  readonly name: string;
  readonly volumeName: string;
  readonly image: string;
  readonly generation: number;
  /** Identifies one start; a container that carries it is adopted, not made again. */
  readonly startId: string;
  /** Exactly MOSAIC_API_URL, AGENT_TOKEN, AGENT_ID. */
  readonly env: Readonly<Record<string, string | Secret>>;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly pidsLimit: number;
}

export interface RunningContainer {
  readonly engineContainerId: string;
  readonly startId: string | null;
  readonly tenant: Tenant | null;
  readonly generation: number;
  readonly name: string;
  readonly image: string;
  /** By the engine's clock. */
  readonly createdAt: Date;
  readonly state: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  /** On the agents' bridge; null when it is not running. */
  readonly address: string | null;
  readonly exitCode: number | null;
  readonly outOfMemory: boolean;
}

export interface StopOptions {
  readonly graceSeconds: number;
  /** Containers of later starts stay: the caller may be an attempt that was considered dead. */
  readonly upToGeneration: number;
}

export interface AgentNetwork {
  readonly networkId: string;
  readonly name: string;
  readonly subnet: string;
  /** The bridge's own address; the internal listener binds to it. */
  readonly gatewayAddress: string;
}

export type EngineEventKind = "started" | "exited" | "out_of_memory" | "removed" | "unhealthy";
export interface EngineEvent {
  readonly kind: EngineEventKind;
  readonly engineContainerId: string;
  readonly tenant: Tenant | null;
  readonly exitCode: number | null;
}

/**
 * One engine. Everything made carries this installation's label; nothing without it is ever changed. Every call has
 * a deadline and throws FleetError ENGINE_UNAVAILABLE when the engine does not answer.
 */
export interface ContainerRuntime {
  readonly host: string;
  ping(): Promise<{ version: string }>;
  /** Makes the agents' bridge when it is missing; idempotent. `preferredSubnet`: the one the installation remembers. */
  ensureNetwork(preferredSubnet: string | null): Promise<AgentNetwork>;
  /**
   * A volume that is made says by which generation. @throws FleetError NAME_TAKEN_IN_ENGINE when a volume of that name is
   * not this tenant's.
   */
  ensureVolume(tenant: Tenant, name: string, generation: number): Promise<void>;
  /** The generation whose start made the volume; null when there is none. @throws FleetError NAME_TAKEN_IN_ENGINE */
  volumeGeneration(tenant: Tenant, name: string): Promise<number | null>;
  /**
   * Creates and starts; idempotent by startId; removes older containers of the tenant first.
   * @throws FleetError CONFLICT, and changes nothing, when there is a container of a higher generation.
   */
  start(spec: ContainerSpec): Promise<RunningContainer>;
  /** Sends SIGTERM, waits for the grace, then kills; removes the container. Fine when it is already gone. */
  stopAndRemove(tenant: Tenant, options: StopOptions): Promise<void>;
  /** Only if it was made by `upToGeneration` or before. Fine when it is already gone. Only ever called by retire. */
  removeVolume(tenant: Tenant, name: string, upToGeneration: number): Promise<void>;
  inspect(engineContainerId: string): Promise<RunningContainer | null>;
  findByTenant(tenant: Tenant): Promise<RunningContainer[]>;
  /** All containers of this installation, running or not. */
  list(): Promise<RunningContainer[]>;
  removeContainer(engineContainerId: string): Promise<void>;
  /** For the owner alone: agents print replies to stdout. */
  lastLogLines(engineContainerId: string, lines: number): Promise<string[]>;
  /** Opens one event stream, filtered to this installation; ends when the signal aborts or the engine goes away (throws). */
  watch(onEvent: (event: EngineEvent) => void, signal: AbortSignal): Promise<void>;
}
