// Real containers of a tiny image on the real engine: through the product's worker, and bare through the engine's API.
import { givenReason } from "../../contracts/containers/container-reasons.ts";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { createTemporal } from "../../adapters/temporal/temporal-client.ts";
import { ensureAgentRunning, START_TOTAL_TIMEOUT_MS } from "../../api/containers/agent-starter.ts";
import { createWakeUpdates } from "../../api/containers/wake-updates.ts";
import { createDockerClient } from "../../scripts/image-context.ts";
import { GATEWAY_PORT } from "../../contracts/containers/agent-container.ts";
import { humanTenant, type Tenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";
import { findContainer } from "../../db/containers/containers.ts";
import { askContainer } from "../../db/containers/container-intents.ts";
import { getInstallationId } from "../../db/installation/system-config.ts";
import { serveAgentFiles } from "../../tests/support/containers/agent-files.ts";
import { createTestDatabase } from "../../tests/support/core/database.ts";
import { installationsInEngine, removeInstallation } from "../../tests/support/containers/engine.ts";
import { localTemporalEnvironment } from "../../tests/support/core/local-temporal.ts";
import { startProduct } from "../../tests/support/core/product-process.ts";
import { makeTinyImage } from "../../tests/support/core/tiny-image.ts";
import { waitFor } from "../../tests/support/core/wait-for.ts";

const MEMORY_MIB = 256;
const MIB = 1024 ** 2;
const NANO_CPUS = 1_000_000_000;
const PIDS_LIMIT = 256;
const PROBE_EVERY_MS = 20;
const STEP_TIMEOUT_MS = 180_000;
const PEOPLE = { by: "bench", reason: givenReason("measuring") };

export interface FleetStage {
  newTenant(): Tenant;
  /** `ensureRunning`, as the api calls it: resolves when the container answers. */
  wake(tenant: Tenant): Promise<void>;
  /** Asks for a stop, and waits until it sleeps. */
  putToSleep(tenant: Tenant): Promise<void>;
  /** Create and start on the same network with the same limits; resolves with its id when it answers. */
  startBare(): Promise<string>;
  removeBare(id: string): Promise<void>;
}

export async function withFleet<T>(name: string, work: (stage: FleetStage) => Promise<T>): Promise<T> {
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const database = await createTestDatabase();
    ending.unshift(() => database.drop());
    const api = await database.openAs("api");
    const installation = await api.globally(getInstallationId);
    const image = await makeTinyImage(`bench-${name}`);
    ending.unshift(() => image.remove());
    ending.unshift(() => removeInstallation(installation));
    const environment = await localTemporalEnvironment();
    ending.unshift(() => environment.teardown());
    const files = await serveAgentFiles(api);
    ending.unshift(() => files.close());
    const settings = {
      ...{ MOSAIC_AGENT_IMAGE: image.tag, MOSAIC_AGENT_MEMORY_MB: String(MEMORY_MIB) },
      ...{ TEMPORAL_ADDRESS: environment.address, MOSAIC_INTERNAL_PORT: String(files.port) },
    };
    const worker = startProduct("worker", database, settings);
    ending.unshift(() => worker.stop());
    await worker.hasLogged(/"event":"worker.ready"/);
    const temporal = createTemporal({ address: environment.address });
    ending.unshift(() => temporal.close());
    const wakeUpdates = createWakeUpdates({ lifetimeMs: START_TOTAL_TIMEOUT_MS, nowMs: () => performance.now() });
    const networkName = (await installationsInEngine()).get(installation)?.networkName ?? "bridge";
    return await work({
      newTenant: () => humanTenant(randomUUID()),
      wake: async (tenant) => void (await ensureAgentRunning({ db: api, temporal, wakeUpdates }, tenant)),
      putToSleep: (tenant) => putToSleep(api, tenant),
      ...bareStarts(createDockerClient(), { image: image.tag, networkName }),
    });
  } finally {
    for (const end of ending) await end();
  }
}

async function putToSleep(api: Database, tenant: Tenant): Promise<void> {
  await api.asTenant(tenant, (tx) => askContainer(tx, { kind: "stop", ...PEOPLE }));
  const sleeps = async () => (await api.asTenant(tenant, (tx) => findContainer(tx)))?.phase === "asleep";
  await waitFor(sleeps, { timeoutMs: STEP_TIMEOUT_MS, what: "it sleeps" });
}

function bareStarts(
  docker: Docker,
  { image, networkName }: { image: string; networkName: string },
): Pick<FleetStage, "startBare" | "removeBare"> {
  const HostConfig = {
    ...{ NetworkMode: networkName, Memory: MEMORY_MIB * MIB, MemorySwap: MEMORY_MIB * MIB },
    ...{ NanoCpus: NANO_CPUS, PidsLimit: PIDS_LIMIT, Init: true },
  };
  return {
    async startBare() {
      const container = await docker.createContainer({ Image: image, HostConfig });
      await container.start();
      const { NetworkSettings } = await container.inspect();
      const address = NetworkSettings.Networks[networkName]?.IPAddress ?? "";
      while (!(await answers(`http://${address}:${GATEWAY_PORT}/readyz`))) await delay(PROBE_EVERY_MS);
      return container.id;
    },
    removeBare: (id) => docker.getContainer(id).remove({ force: true }),
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(STEP_TIMEOUT_MS) }).then(
    (answer) => answer.ok,
    () => false,
  );
}
