// What an attempt may remove from the engine: it may have been considered dead, but continue after a later start.
import { volumeNameOf } from "../../contracts/containers/agent-container.ts";
import type { ContainerRuntime } from "../../contracts/containers/container-runtime.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { readGeneration } from "../../db/containers/containers.ts";
import type { AgentContainerDeps } from "./agent-container.ts";

/** The highest generation that the tenant's container or volume bears; 0 without either. */
export async function newestInEngine(runtime: ContainerRuntime, tenant: Tenant): Promise<number> {
  const volume = await runtime.volumeGeneration(tenant, volumeNameOf(tenant));
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
