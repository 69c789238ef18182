// What an attempt may end in the engine: it may have been taken for dead, and go on after a later start was made.
import { engineName } from "../contracts/agent-container.ts";
import type { ContainerRuntime } from "../contracts/container-runtime.ts";
import type { Tenant } from "../contracts/tenant.ts";
import { readGeneration } from "../db/repositories/containers.ts";
import type { AgentContainerDeps } from "./agent-container.ts";

/** The highest generation that the tenant's container or volume bears; 0 without either. */
export async function newestInEngine(runtime: ContainerRuntime, tenant: Tenant): Promise<number> {
  const volume = await runtime.volumeGeneration(tenant, engineName(tenant));
  return Math.max(volume ?? 0, await newestContainer(runtime, tenant));
}

interface Ending {
  readonly tenant: Tenant;
  /** The newest when the attempt began. */
  readonly generation: number;
  readonly graceSeconds: number;
}

/**
 * Stops and removes what this generation and those before it made. A container of a generation that the database never
 * gave out is ended too: the database was restored from a backup, and nobody else can end it.
 */
export async function endContainers({ db, runtime }: AgentContainerDeps, ending: Ending): Promise<void> {
  const { tenant, generation, graceSeconds } = ending;
  const newest = await newestContainer(runtime, tenant);
  // After the engine: a generation is given out before its container is made.
  const known = newest > generation ? await db.asTenant(tenant, (tx) => readGeneration(tx)) : newest;
  await runtime.stopAndRemove(tenant, { graceSeconds, upToGeneration: newest > known ? newest : generation });
}

async function newestContainer(runtime: ContainerRuntime, tenant: Tenant): Promise<number> {
  const containers = await runtime.findByTenant(tenant);
  return Math.max(0, ...containers.map((container) => container.generation));
}
