// The settings of the process `worker`: the only place of it that reads the environment.
import { z } from "zod";
import type { LogLevel } from "../adapters/process/logger.ts";
import { COMMON_SETTINGS, readSettings, temporalVariables, type Environment } from "../adapters/process/process-settings.ts";
import { PROVIDER_NETWORKS_SETTING, type ProviderNetworks } from "../adapters/llm/provider-networks.ts";
import type { RootKey } from "../adapters/crypto/root-key.ts";
import { ISOLATION_SETTINGS, type IsolationSetting } from "../contracts/installation/agent-isolation.ts";

/** Built by the start-up and by the image build under this name. */
export const DEFAULT_AGENT_IMAGE = "mosaic-fleet/agent:latest";
const MIB = 1024 ** 2;

export interface WorkerConfig {
  /** Only host, port and database are used. */
  readonly databaseUrl: string;
  readonly rootKey: RootKey;
  /** Null: the engine's usual socket. */
  readonly dockerHost: string | null;
  readonly internalPort: number;
  readonly agentImage: string;
  readonly agentMemoryBytes: number;
  readonly agentCpus: number;
  /** `off-…`: an administrator takes it upon them that agents reach whatever this host reaches. */
  readonly agentIsolation: IsolationSetting;
  /** Private networks that agents reach; the api calls the same. */
  readonly providerNetworks: ProviderNetworks;
  /** Where the demonstration's model listens on the agents' bridge; null without one. */
  readonly demoModelPort: number | null;
  /** `host:port` that the probe containers try besides; null: none. */
  readonly outsideProbe: string | null;
  /** Null: no metrics are served. */
  readonly metricsPort: number | null;
  readonly logLevel: LogLevel;
  /** A prebuilt bundle of the workflows; null: it is built at start. */
  readonly workflowBundle: string | null;
  /** The TEMPORAL_* variables, for the client's own reader. */
  readonly temporalEnv: Environment;
}

const port = z.coerce.number().int().min(1).max(65_535);

const schema = z.object({
  ...COMMON_SETTINGS,
  DOCKER_HOST: z.url({ protocol: /^(unix|tcp|http)$/, error: "Give a URL that begins with unix:// or tcp://." }).optional(),
  MOSAIC_INTERNAL_PORT: port.default(4001),
  MOSAIC_AGENT_IMAGE: z.string().min(1).default(DEFAULT_AGENT_IMAGE),
  MOSAIC_AGENT_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(256, "Below 256 nothing starts; OpenClaw itself needs 2048.")
    .default(2048),
  MOSAIC_AGENT_CPUS: z.coerce.number().min(0.1).max(64).default(1),
  MOSAIC_AGENT_ISOLATION: z.enum(ISOLATION_SETTINGS).default("required"),
  MOSAIC_PROVIDER_NETWORKS: PROVIDER_NETWORKS_SETTING,
  MOSAIC_DEMO_MODEL_PORT: port.optional(),
  MOSAIC_ISOLATION_OUTSIDE_PROBE: z
    .string()
    .regex(/^[A-Za-z0-9.-]+:\d{1,5}$/, "Give a host and a port, such as models.example.com:443.")
    .optional(),
  MOSAIC_METRICS_PORT: port.optional(),
  MOSAIC_WORKFLOW_BUNDLE: z.string().min(1).optional(),
});

/** @throws FleetError CONFIG_INVALID that names every problem at once; it repeats no value. */
export function readWorkerConfig(env: Environment): WorkerConfig {
  const values = readSettings(schema, env);
  return {
    databaseUrl: values.DATABASE_URL,
    rootKey: values.MOSAIC_SECRET_KEY,
    dockerHost: values.DOCKER_HOST ?? null,
    internalPort: values.MOSAIC_INTERNAL_PORT,
    agentImage: values.MOSAIC_AGENT_IMAGE,
    agentMemoryBytes: values.MOSAIC_AGENT_MEMORY_MB * MIB,
    agentCpus: values.MOSAIC_AGENT_CPUS,
    agentIsolation: values.MOSAIC_AGENT_ISOLATION,
    providerNetworks: values.MOSAIC_PROVIDER_NETWORKS,
    demoModelPort: values.MOSAIC_DEMO_MODEL_PORT ?? null,
    outsideProbe: values.MOSAIC_ISOLATION_OUTSIDE_PROBE ?? null,
    metricsPort: values.MOSAIC_METRICS_PORT ?? null,
    logLevel: values.MOSAIC_LOG_LEVEL,
    workflowBundle: values.MOSAIC_WORKFLOW_BUNDLE ?? null,
    temporalEnv: temporalVariables(env),
  };
}
