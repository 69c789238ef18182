// Changes of system agents by administrators: rename, switch on and off, remove for good.
import { plainReason } from "../../contracts/containers/container-reasons.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { SystemAgentUpdate } from "../../contracts/containers/fleet.ts";
import type { TenantTransaction } from "../core/database.ts";
import { updateAgentConfig } from "../agent-config/agent-configs.ts";
import { askContainer } from "./container-intents.ts";
import { tellContainer } from "./container-outbox.ts";

interface Change<T> {
  readonly change: T;
  /** The principal who requests it. */
  readonly by: string;
}

/** The transaction's tenant is the agent. What is switched off is stopped and stays so. @throws FleetError NOT_FOUND */
export async function updateSystemAgent(tx: TenantTransaction, { change, by }: Change<SystemAgentUpdate>): Promise<void> {
  const [before] = await tx.sql<{ isEnabled: boolean }>(
    `SELECT is_enabled AS "isEnabled" FROM mosaic.system_containers WHERE tenant = $1 FOR UPDATE`,
    [tx.tenant],
  );
  if (before === undefined) throw noAgent();
  const isEnabled = change.isEnabled ?? before.isEnabled;
  await tx.sql(
    `UPDATE mosaic.system_containers
        SET display_name = coalesce($2, display_name), role = coalesce($3, role), is_enabled = $4 WHERE tenant = $1`,
    [tx.tenant, change.displayName ?? null, change.role ?? null, isEnabled],
  );
  if (isEnabled === before.isEnabled) return;
  if (isEnabled) await tellContainer(tx, { topic: "container.ensure-running" });
  else await askContainer(tx, { kind: "stop", by, reason: plainReason("agent_disabled") });
}

/** The transaction's tenant is one. @throws FleetError NOT_FOUND */
export async function assertSystemAgent(tx: TenantTransaction): Promise<void> {
  const rows = await tx.sql("SELECT 1 FROM mosaic.system_containers WHERE tenant = $1", [tx.tenant]);
  if (rows.length === 0) throw noAgent();
}

/** With container, volume, providers and configuration. @throws FleetError NOT_FOUND */
export async function deleteSystemAgent(tx: TenantTransaction, { by }: Omit<Change<never>, "change">): Promise<void> {
  const rows = await tx.sql("DELETE FROM mosaic.system_containers WHERE tenant = $1 RETURNING tenant", [tx.tenant]);
  if (rows.length === 0) throw noAgent();
  await tx.sql("DELETE FROM mosaic.llm_providers WHERE tenant = $1", [tx.tenant]);
  // The row stays for its revision, which must keep increasing: a later agent of this name continues from it, with no settings.
  const nothing = { primaryModel: null, fallbackModels: [], personality: "", providerId: null, idleTimeoutMin: null };
  await updateAgentConfig(tx, nothing);
  await askContainer(tx, { kind: "retire", by, reason: plainReason("agent_removed") });
}

function noAgent(): FleetError {
  return new FleetError("NOT_FOUND", "There is no such system agent.");
}
