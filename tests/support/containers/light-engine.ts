// An engine behind the runtime contract whose containers are gateways in this process, each on a loopback address of its
// own. It takes its time for each step, so that a test can meet it in the middle.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { GATEWAY_PORT } from "../../../contracts/containers/agent-container.ts";
import type { ContainerRuntime, ContainerSpec, RunningContainer } from "../../../contracts/containers/container-runtime.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import { startFakeGateway, type FakeGateway, type FakeGatewayStart } from "../turns/fake-gateway.ts";

const CREATE_MS = 40;
const BOOT_MS = 40;
const DRAIN_LOOK_MS = 5;
const REMOVE_MS = 20;
const WORD_PAUSE_MS = 4;

export interface LightEngine extends ContainerRuntime {
  readonly volumes: ReadonlySet<string>;
  /** Most containers of one tenant that ever were at one time. */
  readonly mostOfOneTenant: number;
  close(): Promise<void>;
}

export interface LightEngineOptions {
  /** What a container does before it listens: it fetches its configuration; gives what the gateway is started with. */
  readonly boot: (agentToken: Secret) => Promise<FakeGatewayStart>;
}

interface LightContainer {
  facts: RunningContainer;
  gateway: Promise<FakeGateway> | null;
}

export function createLightEngine({ boot }: LightEngineOptions): LightEngine {
  const containers = new Map<string, LightContainer>();
  const volumes = new Set<string>();
  let [addresses, mostOfOneTenant] = [0, 0];
  const of = (tenant: Tenant): LightContainer[] => [...containers.values()].filter(({ facts }) => facts.tenant === tenant);
  const notNeeded = (): Promise<never> => Promise.reject(new Error("not part of this engine"));

  /** One of 127.64.0.0/10, which nobody else uses. */
  function nextAddress(): string {
    addresses += 1;
    return `127.${64 + (process.pid % 64)}.${addresses >> 8}.${addresses & 255}`;
  }

  async function run(container: LightContainer, spec: ContainerSpec): Promise<void> {
    const address = nextAddress();
    container.facts = { ...container.facts, state: "running", address };
    container.gateway = (async () => {
      await delay(BOOT_MS);
      const token = spec.env["AGENT_TOKEN"];
      const gateway = await startFakeGateway({
        ...(await boot(token instanceof Secret ? token : new Secret(token ?? ""))),
        ...{ host: address, port: GATEWAY_PORT },
      });
      gateway.behave({ kind: "paced", pauseMs: WORD_PAUSE_MS });
      return gateway;
    })();
    // A boot that fails ends the container; who asks sees that it is not ready.
    container.gateway.catch(() => (container.facts = { ...container.facts, state: "exited", address: null, exitCode: 69 }));
  }

  /** As at SIGTERM: running turns end, then the process does. */
  async function end(id: string, { drains }: { readonly drains: boolean }): Promise<void> {
    const container = containers.get(id);
    const gateway = await container?.gateway?.catch(() => null);
    while (drains && gateway?.completions.some(({ finished, aborted }) => !finished && !aborted)) await delay(DRAIN_LOOK_MS);
    if (container !== undefined) container.gateway = null;
    await gateway?.close();
    await delay(REMOVE_MS);
    containers.delete(id);
  }

  return {
    ...{ host: "light", volumes },
    get mostOfOneTenant() {
      return mostOfOneTenant;
    },
    ...{ ping: notNeeded, ensureNetwork: notNeeded, watch: notNeeded },
    ensureVolume: async (_tenant, name) => void volumes.add(name),
    volumeGeneration: async (_tenant, name) => (volumes.has(name) ? 1 : null),
    removeVolume: async (_tenant, name) => void volumes.delete(name),
    async start(spec) {
      const adopted = of(spec.tenant).find(({ facts }) => facts.startId === spec.startId);
      for (const { facts } of of(spec.tenant)) {
        if (facts !== adopted?.facts) await end(facts.engineContainerId, { drains: false });
      }
      if (adopted !== undefined && adopted.facts.state !== "created") return adopted.facts;
      const made = adopted ?? { facts: factsOf(spec), gateway: null };
      await delay(CREATE_MS);
      containers.set(made.facts.engineContainerId, made);
      mostOfOneTenant = Math.max(mostOfOneTenant, of(spec.tenant).length);
      await delay(CREATE_MS);
      await run(made, spec);
      return made.facts;
    },
    async stopAndRemove(tenant, { upToGeneration }) {
      for (const { facts } of of(tenant)) {
        if (facts.generation <= upToGeneration) await end(facts.engineContainerId, { drains: true });
      }
    },
    inspect: async (id) => containers.get(id)?.facts ?? null,
    findByTenant: async (tenant) => of(tenant).map(({ facts }) => facts),
    list: async () => [...containers.values()].map(({ facts }) => facts),
    removeContainer: (id) => end(id, { drains: false }),
    lastLogLines: async () => [],
    async close() {
      for (const id of containers.keys()) await end(id, { drains: false });
    },
  };
}

function factsOf({ tenant, startId, generation, name, image }: ContainerSpec): RunningContainer {
  return {
    ...{ engineContainerId: randomUUID(), tenant, startId, generation, name, image, state: "created" },
    ...{ createdAt: new Date(), address: null, exitCode: null, outOfMemory: false },
  };
}
