// When a worker starts, it requests that enabled system agents run, without waiting for the reconciler.
import type { Logger } from "pino";
import type { AgentContainerClient } from "../../adapters/temporal/agent-container-client.ts";
import type { Database } from "../../db/core/database.ts";
import { listAlwaysOn } from "../../db/containers/fleet.ts";

export interface AlwaysOnDeps {
  /** Role fleet. */
  readonly fleet: Database;
  readonly containers: AgentContainerClient;
  readonly log: Logger;
}

/** What fails here is left to the reconciler, which comes every few minutes. */
export async function startAlwaysOn({ fleet, containers, log }: AlwaysOnDeps): Promise<void> {
  try {
    const tenants = await fleet.globally(listAlwaysOn);
    for (const tenant of tenants) await containers.ensureRunning(tenant);
  } catch (err) {
    log.warn(
      { event: "worker.always_on_failed", err },
      "not every system agent could be started; the reconciler will try again",
    );
  }
}
