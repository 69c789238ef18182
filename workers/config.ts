// The settings of the process `worker`: the only place of it that reads the environment.
import { z } from "zod";
import type { LogLevel } from "../adapters/logger.ts";
import { COMMON_SETTINGS, readSettings, temporalVariables, type Environment } from "../adapters/process-settings.ts";
import type { RootKey } from "../adapters/root-key.ts";

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
    metricsPort: values.MOSAIC_METRICS_PORT ?? null,
    logLevel: values.MOSAIC_LOG_LEVEL,
    workflowBundle: values.MOSAIC_WORKFLOW_BUNDLE ?? null,
    temporalEnv: temporalVariables(env),
  };
}
