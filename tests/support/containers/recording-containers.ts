// A client of container workflows that writes down what it is asked, for tests without Temporal.
import type { AgentContainerClient } from "../../../adapters/temporal/agent-container-client.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";

export interface RecordingContainers extends AgentContainerClient {
  readonly calls: { readonly method: string; readonly tenant: Tenant; readonly argument?: unknown }[];
  readonly open: Set<Tenant>;
  /** While set, every call fails as an unreachable Temporal. */
  isAway: boolean;
}

export function recordContainers(): RecordingContainers {
  const open = new Set<Tenant>();
  const calls: RecordingContainers["calls"] = [];
  const note = async (method: string, tenant: Tenant, argument?: unknown): Promise<boolean> => {
    if (client.isAway) throw new FleetError("WORKFLOWS_UNAVAILABLE", "The workflow service is unavailable.");
    calls.push(argument === undefined ? { method, tenant } : { method, tenant, argument });
    return open.has(tenant);
  };
  const begin = async (method: string, tenant: Tenant, argument?: unknown): Promise<void> => {
    await note(method, tenant, argument);
    open.add(tenant);
  };
  const client: RecordingContainers = {
    ...{ calls, open, isAway: false },
    ensureRunning: (tenant) => begin("ensureRunning", tenant),
    restart: (tenant, actor) => begin("restart", tenant, actor),
    retire: (tenant, actor) => begin("retire", tenant, actor),
    stop: async (tenant, actor) => void (await note("stop", tenant, actor)),
    configChanged: (tenant, revision) => note("configChanged", tenant, revision),
    engineObserved: (tenant, observation) => note("engineObserved", tenant, observation),
    adopt: (tenant, resume) => begin("adopt", tenant, resume),
    isOpen: async (tenant) => open.has(tenant),
    listOpen: async () => new Set(open),
  };
  return client;
}
