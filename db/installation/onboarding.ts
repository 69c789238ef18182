// First boot: one first admin, and the end of onboarding.
import { FleetError } from "../../contracts/core/errors.ts";
import { SYSTEM_CONFIG_CHANNEL } from "../../contracts/core/channels.ts";
import type { GlobalTransaction } from "../core/database.ts";
import type { UserRow } from "../people/user.ts";
import { setConfig } from "./system-config.ts";
import { insertBreakglassUser } from "../people/users.ts";

export interface OnboardingStatus {
  readonly completed: boolean;
  readonly adminCreated: boolean;
}

export async function onboardingStatus(tx: GlobalTransaction): Promise<OnboardingStatus> {
  const rows = await tx.sql<{ key: string }>(
    "SELECT key FROM mosaic.system_config WHERE key IN ('onboarding.admin', 'onboarding.completed')",
  );
  const keys = new Set(rows.map((row) => row.key));
  return { completed: keys.has("onboarding.completed"), adminCreated: keys.has("onboarding.admin") };
}

/** Makes the first admin. Of several callers at once one wins. @throws FleetError ONBOARDING_DONE for all others. */
export async function claimFirstAdmin(
  tx: GlobalTransaction,
  admin: { readonly id?: string; readonly username: string; readonly passwordHash: string },
): Promise<UserRow> {
  const user = await insertBreakglassUser(tx, { ...admin, systemRole: "admin" });
  const claimed = await tx.sql(
    `INSERT INTO mosaic.system_config (key, value, updated_by) VALUES ('onboarding.admin', to_jsonb($1::text), $1)
     ON CONFLICT (key) DO NOTHING RETURNING key`,
    [user.id],
  );
  // Throwing rolls the new user back with the transaction.
  if (claimed.length === 0) throw new FleetError("ONBOARDING_DONE", "The first administrator already exists.");
  await tx.sql("SELECT pg_notify($1, '')", [SYSTEM_CONFIG_CHANNEL]);
  return user;
}

/** Idempotent. */
export async function completeOnboarding(tx: GlobalTransaction, updatedBy: string): Promise<void> {
  await setConfig(tx, { key: "onboarding.completed", value: true, updatedBy });
}
