// Agent configuration of a tenant, and the revision of everything its container gets.
import type { AgentConfigUpdate } from "../../contracts/agent-config/agent-config.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { TenantTransaction } from "../core/database.ts";
import { isForeignKeyViolation } from "../core/database-error.ts";
import { UserAgentConfig, type UserAgentConfigRow } from "./agent-config.ts";
import type { ConfigChangedMessage } from "../../contracts/agent-config/config-messages.ts";
import { addOutbox } from "../core/outbox.ts";

const NEVER_SAVED = {
  primaryModel: null,
  fallbackModels: [],
  personality: "",
  providerId: null,
  idleTimeoutMin: null,
  revision: 0,
} as const;

export type AgentConfig = Omit<UserAgentConfigRow, "tenant" | "updatedAt" | symbol>;

/** Defaults with revision 0 while nothing was ever saved. */
export async function getAgentConfig(tx: TenantTransaction): Promise<AgentConfig> {
  const row = await tx.em.findOne(UserAgentConfig, { tenant: tx.tenant }, { disableIdentityMap: true });
  return row ?? { ...NEVER_SAVED, fallbackModels: [] };
}

/** Absent fields stay; null clears. @throws FleetError VALIDATION_FAILED when the provider is not one of the tenant's. */
export async function updateAgentConfig(tx: TenantTransaction, change: AgentConfigUpdate): Promise<AgentConfig> {
  // The revision first: it makes the row and locks it, so that two changes do not overwrite one another.
  await touchAgentConfig(tx);
  const row = await getAgentConfig(tx);
  try {
    await tx.sql(
      `UPDATE mosaic.user_agent_configs
          SET primary_model = $2, fallback_models = $3::jsonb, personality = $4, provider_id = $5, idle_timeout_min = $6
        WHERE tenant = $1`,
      [
        tx.tenant,
        change.primaryModel === undefined ? row.primaryModel : change.primaryModel,
        JSON.stringify(change.fallbackModels ?? row.fallbackModels),
        change.personality ?? row.personality,
        change.providerId === undefined ? row.providerId : change.providerId,
        change.idleTimeoutMin === undefined ? row.idleTimeoutMin : change.idleTimeoutMin,
      ],
    );
  } catch (cause) {
    if (!isForeignKeyViolation(cause)) throw cause;
    const message = "This is not one of your providers.";
    throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "providerId", message }], cause });
  }
  return getAgentConfig(tx);
}

/**
 * Raises the revision, sets it as desired in the container's row, and puts the message for its workflow into the outbox.
 * Belongs into the transaction of every change of what a container gets.
 */
export async function touchAgentConfig(tx: TenantTransaction): Promise<number> {
  const [row] = await tx.sql<{ revision: number }>(
    `INSERT INTO mosaic.user_agent_configs AS c (tenant, revision) VALUES ($1, 1)
     ON CONFLICT (tenant) DO UPDATE SET revision = c.revision + 1, updated_at = mosaic.now()
     RETURNING c.revision`,
    [tx.tenant],
  );
  if (row === undefined) throw new FleetError("INTERNAL", "The configuration's revision could not be raised.");
  await tx.sql("UPDATE mosaic.agent_containers SET config_revision = $2 WHERE tenant = $1", [tx.tenant, row.revision]);
  const message: ConfigChangedMessage = { topic: "container.config-changed", revision: row.revision };
  await addOutbox(tx, message);
  return row.revision;
}
