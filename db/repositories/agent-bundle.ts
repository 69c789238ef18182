// Loads what a tenant's container gets. The api hands it out; the worker compares its digest with what was fetched.
import { tenantParts } from "../../contracts/tenant.ts";
import { assembleAgentBundle, type AgentBundle } from "../../domain/agent-bundle.ts";
import type { TenantTransaction } from "../database.ts";
import { loadAgentSettings } from "./agent-settings.ts";

/** How a person's agent is called; its owner writes more into the personality. */
const DEFAULT_DISPLAY_NAME = "Assistant";

/** @throws FleetError SECRET_UNREADABLE when a stored key was tampered with. */
export async function loadAgentBundle(tx: TenantTransaction): Promise<AgentBundle> {
  const settings = await loadAgentSettings(tx);
  return assembleAgentBundle(settings, { displayName: await displayNameOf(tx) });
}

async function displayNameOf(tx: TenantTransaction): Promise<string> {
  if (tenantParts(tx.tenant).kind !== "system") return DEFAULT_DISPLAY_NAME;
  const [row] = await tx.sql<{ displayName: string }>(
    `SELECT display_name AS "displayName" FROM mosaic.system_containers WHERE tenant = $1`,
    [tx.tenant],
  );
  return row?.displayName ?? DEFAULT_DISPLAY_NAME;
}
