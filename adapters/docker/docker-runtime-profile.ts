// The hardened profile that every agent container is created with, and the labels on everything that we create.
import type { ContainerCreateOptions } from "dockerode";
import { ENGINE_LABELS } from "../../contracts/containers/agent-container.ts";
import type { ContainerSpec } from "../../contracts/containers/container-runtime.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { tenantParts, type Tenant } from "../../contracts/core/tenant.ts";

/** The user `node` of the agent image. */
const USER = "1000:1000";
const STATE_DIRECTORY = "/home/node/.openclaw";
/**
 * For stops that are not ours, which say themselves how long a running turn may take. An engine that died and comes back
 * first ends what still runs, and answers nobody meanwhile: as long as a turn may take, no agent of the host could start.
 */
const STOP_TIMEOUT_SECONDS = 5;
const NANO = 1_000_000_000;

const TMPFS = {
  "/tmp": "rw,noexec,nosuid,nodev,size=64m,uid=1000,gid=1000,mode=1777",
  // Holds openclaw.json with the providers' keys, so that they never reach the volume.
  "/run/mosaic": "rw,noexec,nosuid,nodev,size=4m,uid=1000,gid=1000,mode=0700",
} as const;

/** Agents print replies to stdout, so that their logs are bounded and stay on this host. */
const LOG_CONFIG = { Type: "local", Config: { "max-size": "5m", "max-file": "2" } } as const;

export interface ProfileOptions {
  readonly installation: string;
  readonly networkName: string;
  /** False on hosts whose engine refuses it (cgroup v1). */
  readonly privateCgroupNamespace: boolean;
  /** On that network; null: the engine chooses. */
  readonly address: string | null;
}

export function tenantLabels(installation: string, tenant: Tenant): Record<string, string> {
  return {
    [ENGINE_LABELS.installation]: installation,
    [ENGINE_LABELS.tenant]: tenant,
    [ENGINE_LABELS.kind]: tenantParts(tenant).kind,
  };
}

export function createOptions(spec: ContainerSpec, options: ProfileOptions): ContainerCreateOptions {
  return {
    name: spec.name,
    Image: spec.image,
    User: USER,
    Hostname: "agent",
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value instanceof Secret ? value.reveal() : value}`),
    Labels: {
      ...tenantLabels(options.installation, spec.tenant),
      [ENGINE_LABELS.start]: spec.startId,
      [ENGINE_LABELS.generation]: String(spec.generation),
    },
    StopTimeout: STOP_TIMEOUT_SECONDS,
    HostConfig: hostConfig(spec, options),
    ...(options.address === null
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [options.networkName]: { IPAMConfig: { IPv4Address: options.address } } } } }),
  };
}

function hostConfig(spec: ContainerSpec, options: ProfileOptions): NonNullable<ContainerCreateOptions["HostConfig"]> {
  return {
    Init: true,
    ReadonlyRootfs: true,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    Privileged: false,
    PidsLimit: spec.pidsLimit,
    Memory: spec.memoryBytes,
    // Equal to the memory: no swap at all.
    MemorySwap: spec.memoryBytes,
    NanoCpus: Math.round(spec.cpus * NANO),
    IpcMode: "private",
    ...(options.privateCgroupNamespace ? { CgroupnsMode: "private" as const } : {}),
    NetworkMode: options.networkName,
    PublishAllPorts: false,
    LogConfig: { Type: LOG_CONFIG.Type, Config: { ...LOG_CONFIG.Config } },
    // The workflow is the only one who restarts.
    RestartPolicy: { Name: "no" },
    Tmpfs: { ...TMPFS },
    Mounts: [{ Type: "volume", Source: spec.volumeName, Target: STATE_DIRECTORY, ReadOnly: false }],
  };
}
