// Puts the process `worker` together: databases, engine, watcher, then Temporal, relay and the worker itself.
import { fileURLToPath } from "node:url";
import { NativeConnection, Worker } from "@temporalio/worker";
import type { Logger } from "pino";
import { createEndReplacedKeyActivities } from "../activities/agents/end-replaced-key.ts";
import { createAgentContainerActivities } from "../activities/containers/agent-container.ts";
import { createCredentialLeaseActivities } from "../activities/leases/credential-lease.ts";
import { createCredentialRetentionActivities } from "../activities/leases/credential-retention.ts";
import { createDeactivateUserActivities } from "../activities/people/deactivate-user.ts";
import { createReconcileFleetActivities } from "../activities/containers/reconcile-fleet.ts";
import { createAgentContainerClient, type AgentContainerClient } from "../adapters/temporal/agent-container-client.ts";
import { createAgentKeyClient } from "../adapters/temporal/agent-key-client.ts";
import { createCredentialLeaseClient, type CredentialLeaseClient } from "../adapters/temporal/credential-lease-client.ts";
import { createAgentIsolation } from "../adapters/docker/agent-isolation.ts";
import { createDockerClient } from "../adapters/docker/docker-client.ts";
import { createDockerRuntime } from "../adapters/docker/docker-runtime.ts";
import { createGatewayProbe } from "../adapters/openclaw/gateway-probe.ts";
import { createTemporal, temporalSettings, type Temporal } from "../adapters/temporal/temporal-client.ts";
import { createUserDeactivationClient } from "../adapters/temporal/user-deactivation-client.ts";
import { TASK_QUEUE } from "../contracts/containers/agent-container.ts";
import type { ContainerRuntime } from "../contracts/containers/container-runtime.ts";
import { FleetError } from "../contracts/core/errors.ts";
import { openDatabase, type Database } from "../db/core/database.ts";
import type { DatabaseRole } from "../db/core/login.ts";
import { nextAgentAddressNumber } from "../db/containers/engines.ts";
import { getInstallationId } from "../db/installation/system-config.ts";
import type { WorkerConfig } from "./config.ts";
import { runEngineWatcher } from "./containers/engine-watcher.ts";
import { createIsolationGuard, type IsolationGuard } from "./containers/isolation-guard.ts";
import { runOutboxRelay } from "./outbox-relay.ts";
import { outboxTopics } from "./outbox-topics.ts";
import { pauseFor } from "./repeat.ts";
import { startAlwaysOn } from "./containers/always-on.ts";
import { ensureSchedules, ensureSearchAttributes } from "./temporal-namespace.ts";
import { WORKFLOW_OPTIONS } from "./workflow-options.ts";

/** The engine's name in the table engines; one engine per installation so far. */
const HOST = "local";
const PIDS_LIMIT = 256;
const RETRY_EVERY_MS = 1_000;
/** 208 MB and about 400 KB for each cached workflow. */
const MAX_CACHED_WORKFLOWS = 300;
/** A start holds its place for as long as the gateway boots; looks are short. */
const MAX_ACTIVITIES = 100;
/** The SDK would hold heartbeats back for 8 of the 10 s after which an activity counts as lost. */
const HEARTBEATS_AT_LEAST_EVERY_MS = 3_000;
const SHUTDOWN_GRACE_MS = 20_000;
const SHUTDOWN_FORCE_MS = 60_000;

interface Parts {
  readonly config: WorkerConfig;
  readonly log: Logger;
  readonly worker: Database;
  readonly fleet: Database;
  readonly runtime: ContainerRuntime;
  readonly guard: IsolationGuard;
  readonly temporal: Temporal;
  readonly containers: AgentContainerClient;
  readonly leases: CredentialLeaseClient;
}

/**
 * Runs until the signal aborts, then drains. The network is made before Temporal is there, for the api waits for it.
 * @throws FleetError CONFIG_INVALID when the settings, the root key or the login's rights are wrong.
 */
export async function runWorker(config: WorkerConfig, log: Logger, signal: AbortSignal): Promise<void> {
  const parts = await assemble(config, log, signal);
  if (parts === null) return;
  // The loops end after the worker, so that what its last activities changed is still told.
  const ending = new AbortController();
  const watcher = runEngineWatcher(parts, ending.signal);
  try {
    await workUntil(parts, signal);
  } finally {
    ending.abort();
    await watcher;
    await parts.temporal.close();
    await Promise.all([parts.worker.close(), parts.fleet.close()]);
  }
}

/** Null when the signal aborted while the database was away. */
async function assemble(config: WorkerConfig, log: Logger, signal: AbortSignal): Promise<Parts | null> {
  const open = (role: DatabaseRole) => openDatabase({ url: config.databaseUrl, role, rootKey: config.rootKey });
  const waiting = { log, signal, what: "database" };
  const worker = await retry(() => open("worker"), waiting);
  const fleet = await retry(() => open("fleet"), waiting);
  const installation = worker === null ? null : await retry(() => worker.globally(getInstallationId), waiting);
  if (worker === null || fleet === null || installation === null) return null;
  const nextAddressNumber = () => worker.globally(nextAgentAddressNumber);
  const runtime = createDockerRuntime({ installation, dockerHost: config.dockerHost, host: HOST, nextAddressNumber });
  const { internalPort, demoModelPort, providerNetworks: openedNetworks, outsideProbe, agentImage: image } = config;
  const isolation = createAgentIsolation({
    ...{ docker: createDockerClient(config.dockerHost), installation, image },
    ...{ internalPort, demoModelPort, openedNetworks, outsideProbe },
  });
  const guard = createIsolationGuard({ setting: config.agentIsolation, isolation, runtime, worker, fleet, log });
  const temporal = createTemporal({ env: config.temporalEnv });
  const containers = createAgentContainerClient(temporal);
  return { config, log, worker, fleet, runtime, guard, temporal, containers, leases: createCredentialLeaseClient(temporal) };
}

async function workUntil(parts: Parts, signal: AbortSignal): Promise<void> {
  const { log, temporal } = parts;
  const prepare = async (): Promise<NativeConnection> => {
    await ensureSearchAttributes(temporal);
    await ensureSchedules(temporal);
    return await connect(parts.config);
  };
  const connection = await retry(prepare, { log, signal, what: "temporal" });
  if (connection === null) return;
  const worker = await createWorker(parts, connection);
  const running = worker.run();
  // Only a worker that has run lets go of its connection, so that one asked to stop meanwhile runs and stops at once.
  if (signal.aborted) worker.shutdown();
  else signal.addEventListener("abort", () => worker.shutdown(), { once: true });
  const ending = new AbortController();
  const others = { deactivations: createUserDeactivationClient(temporal), agentKeys: createAgentKeyClient(temporal) };
  const topics = outboxTopics({ ...parts, ...others });
  const relay = runOutboxRelay({ ...parts, topics }, ending.signal);
  log.info({ event: "worker.ready", taskQueue: TASK_QUEUE, namespace: temporal.namespace }, "the worker takes tasks");
  try {
    await Promise.all([running, startAlwaysOn(parts)]);
  } finally {
    ending.abort();
    await relay;
    await connection.close();
  }
}

async function connect(config: WorkerConfig): Promise<NativeConnection> {
  const { address, tls, apiKey, metadata } = temporalSettings({ env: config.temporalEnv }).connection;
  return await NativeConnection.connect({
    address,
    ...(tls === undefined ? {} : { tls }),
    ...(typeof apiKey === "string" ? { apiKey } : {}),
    ...(metadata === undefined ? {} : { metadata }),
  });
}

async function createWorker(parts: Parts, connection: NativeConnection): Promise<Worker> {
  const { config, temporal, worker: db, fleet, runtime, guard, containers, leases } = parts;
  const { agentImage: image, agentMemoryBytes: memoryBytes, agentCpus: cpus, internalPort } = config;
  const internalApiUrl = async (): Promise<string> => {
    const { gatewayAddress } = await guard.provenNetwork();
    return `http://${gatewayAddress}:${internalPort}`;
  };
  const limits = { memoryBytes, cpus, pidsLimit: PIDS_LIMIT };
  return await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: TASK_QUEUE,
    ...workflowSource(config.workflowBundle),
    activities: {
      ...createAgentContainerActivities({ db, runtime, probe: createGatewayProbe(), image, internalApiUrl, limits }),
      ...createDeactivateUserActivities({ db, containers }),
      ...createEndReplacedKeyActivities({ db }),
      ...createReconcileFleetActivities({ fleet, worker: db, runtime, containers }),
      ...createCredentialLeaseActivities({ worker: db }),
      ...createCredentialRetentionActivities({ fleet, worker: db, leases }),
    },
    ...WORKFLOW_OPTIONS,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
    maxConcurrentActivityTaskExecutions: MAX_ACTIVITIES,
    maxHeartbeatThrottleInterval: HEARTBEATS_AT_LEAST_EVERY_MS,
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    shutdownForceTime: SHUTDOWN_FORCE_MS,
  });
}

function workflowSource(bundle: string | null) {
  if (bundle !== null) return { workflowBundle: { codePath: bundle } };
  return { workflowsPath: fileURLToPath(new URL("../workflows/index.ts", import.meta.url)) };
}

/** Tries again until it works or the signal aborts (null then); settings that are wrong are not tried again. */
async function retry<T>(
  work: () => Promise<T>,
  options: { log: Logger; signal: AbortSignal; what: string },
): Promise<T | null> {
  const { log, signal, what } = options;
  while (!signal.aborted) {
    try {
      return await work();
    } catch (err) {
      if (err instanceof FleetError && err.code === "CONFIG_INVALID") throw err;
      log.warn({ event: "worker.waiting", for: what, err }, `waiting for ${what}`);
    }
    await pauseFor(RETRY_EVERY_MS, signal);
  }
  return null;
}
