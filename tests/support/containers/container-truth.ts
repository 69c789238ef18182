// What is true of a tenant's agent: its row, its timeline, and what the engine has of it.
import { ENGINE_LABELS } from "../../../contracts/containers/agent-container.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { listEvents } from "../../../db/containers/container-events.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { tokensOf } from "./container-tokens.ts";
import { containersOf, volumesOf } from "./engine.ts";

/** The causes on the timeline, oldest first. */
export async function timelineOf(api: Database, tenant: Tenant): Promise<string[]> {
  return (await api.asTenant(tenant, (tx) => listEvents(tx, 50))).toReversed().map((event) => event.cause);
}

export async function truthOf(api: Database, tenant: Tenant) {
  const label = `${ENGINE_LABELS.tenant}=${tenant}`;
  const row = await api.asTenant(tenant, (tx) => findContainer(tx));
  return {
    phase: row?.phase ?? null,
    generation: row?.generation ?? 0,
    timeline: await timelineOf(api, tenant),
    containers: (await containersOf(label)).map((container) => container.State),
    volumes: await volumesOf(label),
    tokens: await tokensOf(api, tenant),
  };
}
