import { FleetError } from "../contracts/core/errors.ts";
import { readWorkerConfig } from "./config.ts";

const needed = { DATABASE_URL: "postgresql://owner:pw@127.0.0.1:5432/mosaic", MOSAIC_SECRET_KEY: "k".repeat(64) };

function problemsOf(env: Record<string, string>): string {
  try {
    readWorkerConfig(env);
  } catch (error) {
    if (error instanceof FleetError && error.code === "CONFIG_INVALID") return error.message;
    throw error;
  }
  return "";
}

test("everything but the database and the key has a default", () => {
  expect(readWorkerConfig(needed)).toMatchObject({
    dockerHost: null,
    internalPort: 4001,
    agentMemoryBytes: 2_147_483_648,
    agentCpus: 1,
    metricsPort: null,
    logLevel: "info",
    workflowBundle: null,
  });
});

test("an empty variable counts as absent, and Temporal's own variables are passed on", () => {
  const config = readWorkerConfig({ ...needed, DOCKER_HOST: "", MOSAIC_METRICS_PORT: "", TEMPORAL_ADDRESS: "t:7233" });
  expect(config.dockerHost).toBeNull();
  expect(config.metricsPort).toBeNull();
  expect(config.temporalEnv).toEqual({ TEMPORAL_ADDRESS: "t:7233" });
});

test("all problems are named at once, and no value is repeated", () => {
  const message = problemsOf({
    DATABASE_URL: "mysql://secret-host/",
    MOSAIC_SECRET_KEY: "too-short",
    MOSAIC_AGENT_MEMORY_MB: "12",
  });
  for (const name of ["DATABASE_URL", "MOSAIC_SECRET_KEY", "MOSAIC_AGENT_MEMORY_MB"]) expect(message).toContain(name);
  for (const value of ["secret-host", "too-short"]) expect(message).not.toContain(value);
});
