// The container runtime on one Docker engine. Touches nothing that does not carry this installation's label.
import type { ContainerInfo, ContainerInspectInfo } from "dockerode";
import type Docker from "dockerode";
import { ENGINE_LABELS } from "../../contracts/containers/agent-container.ts";
import type {
  AgentNetwork,
  ContainerRuntime,
  ContainerSpec,
  EngineEvent,
  RunningContainer,
  StopOptions,
} from "../../contracts/containers/container-runtime.ts";
import { plainReason } from "../../contracts/containers/container-reasons.ts";
import { reasonError } from "../../contracts/containers/reason-words.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import {
  asFleetError,
  engineCall,
  engineCallUnless,
  engineStatus,
  HTTP_CONFLICT,
  HTTP_FORBIDDEN,
  HTTP_NOT_FOUND,
  HTTP_NOT_MODIFIED,
  QUICK_CALL_TIMEOUT_MS,
  SLOW_CALL_TIMEOUT_MS,
  STOP_MARGIN_MS,
} from "./docker-runtime-calls.ts";
import { createDockerClient } from "./docker-client.ts";
import { nextAddress, type NextAddressNumber } from "./docker-runtime-address.ts";
import { createGate } from "./docker-runtime-gate.ts";
import { createEventTranslator, linesOf, WATCHED_ACTIONS } from "./docker-runtime-events.ts";
import { plainLogLines } from "./docker-runtime-logs.ts";
import { agentNetworkName, ensureAgentNetwork } from "./docker-runtime-network.ts";
import { createOptions, tenantLabels } from "./docker-runtime-profile.ts";
import { fromInspect, fromList, generationOf } from "./docker-runtime-view.ts";

export interface DockerRuntimeOptions {
  readonly installation: string;
  /** As in DOCKER_HOST; null means the engine's usual socket. */
  readonly dockerHost: string | null;
  /** The engine's name in the table engines. */
  readonly host: string;
  /** Absent: the engine gives addresses, and may give one again at once. */
  readonly nextAddressNumber?: NextAddressNumber;
}

/** An address may be taken between the look and the start. */
const ADDRESS_ATTEMPTS = 5;
/** Removing a container that another call is removing answers 409; both mean that it goes. */
const GONE = [HTTP_NOT_FOUND, HTTP_CONFLICT] as const;
/** An engine starts about five containers a second, whatever the concurrency; more at once only makes each slower. */
const STARTS_AT_ONCE = 5;
const CREATE_REFUSED = [400, 500] as const;

export function createDockerRuntime(options: DockerRuntimeOptions): ContainerRuntime {
  return new DockerRuntime(options, createDockerClient(options.dockerHost));
}

class DockerRuntime implements ContainerRuntime {
  readonly host: string;
  readonly #docker: Docker;
  readonly #installation: string;
  readonly #networkName: string;
  readonly #nextAddressNumber: NextAddressNumber | null;
  #makingNetwork: Promise<AgentNetwork> | null = null;
  #privateCgroupNamespace = true;
  readonly #startGate = createGate(STARTS_AT_ONCE);

  constructor(options: DockerRuntimeOptions, docker: Docker) {
    this.host = options.host;
    this.#docker = docker;
    this.#installation = options.installation;
    this.#networkName = agentNetworkName(options.installation);
    this.#nextAddressNumber = options.nextAddressNumber ?? null;
  }

  async ping(): Promise<{ version: string }> {
    const answer = await engineCall(QUICK_CALL_TIMEOUT_MS, () => this.#docker.version());
    return { version: answer.Version };
  }

  async ensureNetwork(preferredSubnet: string | null): Promise<AgentNetwork> {
    // Two calls at once would make two networks of one name.
    this.#makingNetwork ??= ensureAgentNetwork(this.#docker, this.#installation, preferredSubnet).finally(() => {
      this.#makingNetwork = null;
    });
    return this.#makingNetwork;
  }

  async ensureVolume(tenant: Tenant, name: string, generation: number): Promise<void> {
    const labels = { ...tenantLabels(this.#installation, tenant), [ENGINE_LABELS.generation]: String(generation) };
    // An existing volume is returned as it is, so that its labels tell whose it is.
    await engineCall(SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
      this.#docker.createVolume({ abortSignal, Name: name, Labels: labels }),
    );
    await this.volumeGeneration(tenant, name);
  }

  async volumeGeneration(tenant: Tenant, name: string): Promise<number | null> {
    const volume = await engineCallUnless([HTTP_NOT_FOUND], QUICK_CALL_TIMEOUT_MS, (abortSignal) =>
      this.#docker.getVolume(name).inspect({ abortSignal }),
    );
    if (volume === null) return null;
    const wanted = Object.entries(tenantLabels(this.#installation, tenant));
    const matches = wanted.every(([label, value]) => volume.Labels?.[label] === value);
    // A driver option can mount a directory of the host under a volume's name.
    const plain = volume.Driver === "local" && Object.keys(volume.Options ?? {}).length === 0;
    if (!matches || !plain) throw reasonError("NAME_TAKEN_IN_ENGINE", { code: "volume_taken", values: { name } });
    return generationOf(volume.Labels);
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    return await this.#startGate(() => this.#start(spec));
  }

  async #start(spec: ContainerSpec): Promise<RunningContainer> {
    const existing = await this.findByTenant(spec.tenant);
    if (existing.some((container) => container.generation > spec.generation)) {
      throw reasonError("CONFLICT", plainReason("superseded"));
    }
    const adopted = existing.find((container) => container.startId === spec.startId);
    for (const older of existing) if (older !== adopted) await this.removeContainer(older.engineContainerId);
    if (adopted !== undefined && adopted.state !== "created") return adopted;
    await this.ensureVolume(spec.tenant, spec.volumeName, spec.generation);
    const started = await this.inspect(await this.#startAtFreeAddress(spec, adopted?.engineContainerId ?? null));
    if (started === null) throw reasonError("ENGINE_UNAVAILABLE", plainReason("removed_before_ready"));
    return started;
  }

  async #startAtFreeAddress(spec: ContainerSpec, adoptedId: string | null): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const id = attempt === 1 && adoptedId !== null ? adoptedId : await this.#create(spec);
      const container = this.#docker.getContainer(id);
      try {
        await engineCallUnless([HTTP_NOT_MODIFIED], SLOW_CALL_TIMEOUT_MS, (abortSignal) => container.start({ abortSignal }));
        return id;
      } catch (error) {
        if (engineStatus(error) !== HTTP_FORBIDDEN || attempt === ADDRESS_ATTEMPTS) throw error;
        await this.removeContainer(id);
      }
    }
  }

  async stopAndRemove(tenant: Tenant, { graceSeconds, upToGeneration }: StopOptions): Promise<void> {
    for (const { engineContainerId, state, generation } of await this.findByTenant(tenant)) {
      if (generation > upToGeneration) continue;
      const container = this.#docker.getContainer(engineContainerId);
      if (state === "running" || state === "paused") {
        await engineCallUnless([HTTP_NOT_MODIFIED, HTTP_NOT_FOUND], graceSeconds * 1_000 + STOP_MARGIN_MS, (abortSignal) =>
          container.stop({ abortSignal, t: graceSeconds }),
        );
      }
      await this.removeContainer(engineContainerId);
    }
  }

  async removeVolume(tenant: Tenant, name: string, upToGeneration: number): Promise<void> {
    const generation = await this.volumeGeneration(tenant, name);
    if (generation === null || generation > upToGeneration) return;
    await engineCallUnless([HTTP_NOT_FOUND], SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
      this.#docker.getVolume(name).remove({ abortSignal }),
    );
  }

  async inspect(engineContainerId: string): Promise<RunningContainer | null> {
    const info = await this.#inspectOwn(engineContainerId);
    return info === null ? null : fromInspect(info, this.#networkName);
  }

  async findByTenant(tenant: Tenant): Promise<RunningContainer[]> {
    const listed = await this.#listByLabels([
      `${ENGINE_LABELS.installation}=${this.#installation}`,
      `${ENGINE_LABELS.tenant}=${tenant}`,
    ]);
    return listed.map((info) => fromList(info, this.#networkName));
  }

  async list(): Promise<RunningContainer[]> {
    const listed = await this.#listByLabels([`${ENGINE_LABELS.installation}=${this.#installation}`]);
    return listed.map((info) => fromList(info, this.#networkName));
  }

  async removeContainer(engineContainerId: string): Promise<void> {
    if ((await this.#inspectOwn(engineContainerId)) === null) return;
    await engineCallUnless(GONE, SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
      this.#docker.getContainer(engineContainerId).remove({ abortSignal, force: true, v: false }),
    );
  }

  async lastLogLines(engineContainerId: string, lines: number): Promise<string[]> {
    if ((await this.#inspectOwn(engineContainerId)) === null) return [];
    const raw = await engineCallUnless(GONE, QUICK_CALL_TIMEOUT_MS, (abortSignal) =>
      this.#docker
        .getContainer(engineContainerId)
        .logs({ abortSignal, follow: false, stdout: true, stderr: true, tail: lines }),
    );
    return raw === null ? [] : plainLogLines(raw, lines);
  }

  async watch(onEvent: (event: EngineEvent) => void, signal: AbortSignal): Promise<void> {
    const filters = {
      type: ["container"],
      event: [...WATCHED_ACTIONS],
      label: [`${ENGINE_LABELS.installation}=${this.#installation}`],
    };
    const translate = createEventTranslator();
    try {
      const stream = await this.#docker.getEvents({ abortSignal: signal, filters: JSON.stringify(filters) });
      for await (const line of linesOf(bytesOf(stream))) {
        const event = translate(line);
        if (event !== null) onEvent(event);
      }
    } catch (cause) {
      if (signal.aborted) return;
      throw asFleetError(cause);
    }
    if (!signal.aborted) throw new FleetError("ENGINE_UNAVAILABLE", "The container engine closed its event stream.");
  }

  async #create(spec: ContainerSpec): Promise<string> {
    try {
      return await this.#createOnce(spec);
    } catch (error) {
      const status = engineStatus(error);
      if (status === HTTP_NOT_FOUND) throw await this.#missingPart(spec, error);
      if (status === HTTP_CONFLICT) throw await this.#nameConflict(spec, error);
      if (status === null || !CREATE_REFUSED.some((refused) => refused === status) || !this.#privateCgroupNamespace)
        throw error;
      return await this.#createWithoutCgroupNamespace(spec, error);
    }
  }

  /** Hosts with an old kernel refuse a private cgroup namespace; when that was not the reason, the first error counts. */
  async #createWithoutCgroupNamespace(spec: ContainerSpec, refusal: unknown): Promise<string> {
    this.#privateCgroupNamespace = false;
    try {
      return await this.#createOnce(spec);
    } catch {
      this.#privateCgroupNamespace = true;
      throw refusal;
    }
  }

  async #createOnce(spec: ContainerSpec): Promise<string> {
    const profile = createOptions(spec, {
      installation: this.#installation,
      networkName: this.#networkName,
      privateCgroupNamespace: this.#privateCgroupNamespace,
      address:
        this.#nextAddressNumber === null ? null : await nextAddress(this.#docker, this.#networkName, this.#nextAddressNumber),
    });
    const created = await engineCall(SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
      this.#docker.createContainer({ ...profile, abortSignal }),
    );
    return created.id;
  }

  /** A container of ours has the name while another attempt makes it, or while the engine still removes it. */
  async #nameConflict({ name }: ContainerSpec, cause: unknown): Promise<FleetError> {
    const holder = await engineCallUnless([HTTP_NOT_FOUND], QUICK_CALL_TIMEOUT_MS, (abortSignal) =>
      this.#docker.getContainer(name).inspect({ abortSignal }),
    );
    if (holder === null || holder.Config.Labels[ENGINE_LABELS.installation] === this.#installation) return asFleetError(cause);
    return reasonError("NAME_TAKEN_IN_ENGINE", { code: "name_taken", values: { name } }, { cause });
  }

  async #missingPart(spec: ContainerSpec, cause: unknown): Promise<FleetError> {
    const image = await engineCallUnless([HTTP_NOT_FOUND], QUICK_CALL_TIMEOUT_MS, () =>
      this.#docker.getImage(spec.image).inspect(),
    );
    if (image !== null) return asFleetError(cause);
    return reasonError("CONFIG_INVALID", { code: "image_missing", values: { image: spec.image } }, { cause });
  }

  /** Null when it is gone, or not of this installation. */
  async #inspectOwn(engineContainerId: string): Promise<ContainerInspectInfo | null> {
    const info = await engineCallUnless([HTTP_NOT_FOUND], QUICK_CALL_TIMEOUT_MS, (abortSignal) =>
      this.#docker.getContainer(engineContainerId).inspect({ abortSignal }),
    );
    return info?.Config.Labels[ENGINE_LABELS.installation] === this.#installation ? info : null;
  }

  async #listByLabels(label: string[]): Promise<ContainerInfo[]> {
    return engineCall(QUICK_CALL_TIMEOUT_MS, (abortSignal) =>
      this.#docker.listContainers({ abortSignal, all: true, filters: { label } }),
    );
  }
}

async function* bytesOf(stream: NodeJS.ReadableStream): AsyncGenerator<Uint8Array | string> {
  for await (const chunk of stream) yield chunk;
}
