// Puts on record what somebody asks of a container, as the routes do it, and tells the workflow at once.
import type { AgentContainerClient } from "../../../adapters/temporal/agent-container-client.ts";
import type { Actor } from "../../../contracts/containers/agent-container.ts";
import type { IntentKind } from "../../../contracts/containers/container-intents.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { recordIntent } from "../../../db/containers/container-intents.ts";

export async function intend(api: Database, tenant: Tenant, intent: Actor & { readonly kind: IntentKind }): Promise<string> {
  return await api.asTenant(tenant, (tx) => recordIntent(tx, intent));
}

interface Installation {
  readonly api: Database;
  readonly containers: Pick<AgentContainerClient, IntentKind>;
}

export async function askFor(
  { api, containers }: Installation,
  tenant: Tenant,
  intent: Actor & { readonly kind: IntentKind },
): Promise<void> {
  await containers[intent.kind](tenant, await intend(api, tenant, intent));
}
