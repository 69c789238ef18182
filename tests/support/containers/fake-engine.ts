// An engine in memory behind the runtime contract, for tests of what stands above it. Only what those tests need works.
import type {
  AgentNetwork,
  ContainerRuntime,
  EngineEvent,
  RunningContainer,
} from "../../../contracts/containers/container-runtime.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";

export interface FakeEngine extends ContainerRuntime {
  readonly containers: Map<string, RunningContainer>;
  network: AgentNetwork | null;
  /** While set, every call fails as an engine that is away. */
  isAway: boolean;
  watchers: number;
  put(container: Partial<RunningContainer> & { engineContainerId: string; tenant: Tenant | null }): void;
  emit(event: EngineEvent): void;
  /** Ends the event streams, as a restart of the engine does. */
  cutStreams(): void;
}

const away = (): FleetError => new FleetError("ENGINE_UNAVAILABLE", "The container engine does not answer.");

export function createFakeEngine(): FakeEngine {
  const listeners = new Set<{ readonly onEvent: (event: EngineEvent) => void; readonly cut: () => void }>();
  const containers = new Map<string, RunningContainer>();
  let networksMade = 0;
  const answering = (): void => {
    if (engine.isAway) throw away();
  };
  const unused = (): Promise<never> => Promise.reject(new Error("not part of this fake"));

  const engine: FakeEngine = {
    ...{ host: "local", containers, network: null, isAway: false, watchers: 0 },
    ...{ ensureVolume: unused, start: unused, stopAndRemove: unused, removeVolume: unused, lastLogLines: unused },
    volumeGeneration: unused,
    put(container) {
      containers.set(container.engineContainerId, {
        ...{ startId: "s1", generation: 1, name: "agent", image: "agent:1", state: "running", address: "172.30.0.2" },
        ...{ exitCode: null, outOfMemory: false, createdAt: new Date() },
        ...container,
      });
    },
    emit(event) {
      for (const { onEvent } of listeners) onEvent(event);
    },
    cutStreams() {
      for (const { cut } of listeners) cut();
    },
    async ping() {
      answering();
      return { version: "20.10.24" };
    },
    async ensureNetwork(preferredSubnet) {
      answering();
      const subnet = preferredSubnet ?? "172.28.0.0/20";
      engine.network ??= {
        networkId: `n${(networksMade += 1)}`,
        name: "agents",
        subnet,
        gatewayAddress: subnet.replace(/0\/20$/, "1"),
      };
      return engine.network;
    },
    async inspect(id) {
      answering();
      return containers.get(id) ?? null;
    },
    async list() {
      answering();
      return [...containers.values()];
    },
    async findByTenant(tenant) {
      answering();
      return [...containers.values()].filter((container) => container.tenant === tenant);
    },
    async removeContainer(id) {
      answering();
      containers.delete(id);
    },
    async watch(onEvent, signal) {
      answering();
      engine.watchers += 1;
      await new Promise<void>((resolve, reject) => {
        const listener = { onEvent, cut: () => reject(away()) };
        listeners.add(listener);
        signal.addEventListener("abort", () => resolve(), { once: true });
      }).finally(() => listeners.clear());
    },
  };
  return engine;
}
