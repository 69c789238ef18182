// The settings of the process `worker`: the only place of it that reads the environment.
import { z } from "zod";
import { LOG_LEVELS, type LogLevel } from "../adapters/logger.ts";
import { parseRootKey, type RootKey } from "../adapters/root-key.ts";
import { FleetError } from "../contracts/errors.ts";

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
  readonly temporalEnv: Readonly<Record<string, string | undefined>>;
}

const port = z.coerce.number().int().min(1).max(65_535);

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "Give a URL that begins with postgresql://." }),
  MOSAIC_SECRET_KEY: z.string({ error: "Give a random text of at least 32 bytes." }).transform(toRootKey),
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
  MOSAIC_LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  MOSAIC_WORKFLOW_BUNDLE: z.string().min(1).optional(),
});

/** @throws FleetError CONFIG_INVALID that names every problem at once; it repeats no value. */
export function readWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  // An empty variable means the same as none: compose files pass unset ones on as empty.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const result = schema.safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new FleetError("CONFIG_INVALID", `The settings are not complete. ${problems.join(" ")}`, { details: { problems } });
  }
  const values = result.data;
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
    temporalEnv: Object.fromEntries(Object.entries(given).filter(([name]) => name.startsWith("TEMPORAL_"))),
  };
}

function toRootKey(text: string, ctx: z.RefinementCtx): RootKey {
  try {
    return parseRootKey(text);
  } catch (error) {
    ctx.addIssue({ code: "custom", message: error instanceof FleetError ? error.message : "The key cannot be used." });
    return z.NEVER;
  }
}
