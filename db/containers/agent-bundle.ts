// Loads what a tenant's container gets. The api hands it out; the worker compares its digest with what was fetched.
import { tenantParts } from "../../contracts/core/tenant.ts";
import type { RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import type { JsonObject } from "../../domain/core/canonical-json.ts";
import { assembleAgentBundle, type AgentBundle } from "../../domain/agent-config/agent-bundle.ts";
import type { TenantTransaction } from "../core/database.ts";
import { loadAgentSettings } from "./agent-settings.ts";
import { readOutbound } from "../installation/outbound-settings.ts";

/** How a person's agent is called; its owner writes more into the personality. */
const DEFAULT_DISPLAY_NAME = "Assistant";

/**
 * `refusalOf`: the rule on providers' addresses, where the bundle is handed out. Without it, everything that the owner set: so
 * the worker, which knows no rule, and the api compare the same thing.
 * @throws FleetError SECRET_UNREADABLE when a stored key was tampered with.
 */
export async function loadAgentBundle(tx: TenantTransaction, refusalOf?: RefusalOf): Promise<AgentBundle> {
  const settings = await loadAgentSettings(tx, refusalOf);
  return assembleAgentBundle(settings, { displayName: await displayNameOf(tx) });
}

/**
 * What is compared with what a container fetched: the bundle from the owner's settings, and the installation's outbound
 * settings, whose change raises no revision. Outbound settings from the api's environment change only if the api restarts.
 */
export async function loadComparedBundle(
  tx: TenantTransaction,
): Promise<AgentBundle & { readonly outbound: JsonObject | null }> {
  const stored = await readOutbound(tx);
  const outbound = stored === null ? null : { ...stored, password: stored.password?.reveal() ?? null };
  return { ...(await loadAgentBundle(tx)), outbound };
}

async function displayNameOf(tx: TenantTransaction): Promise<string> {
  if (tenantParts(tx.tenant).kind !== "system") return DEFAULT_DISPLAY_NAME;
  const [row] = await tx.sql<{ displayName: string }>(
    `SELECT display_name AS "displayName" FROM mosaic.system_containers WHERE tenant = $1`,
    [tx.tenant],
  );
  return row?.displayName ?? DEFAULT_DISPLAY_NAME;
}
