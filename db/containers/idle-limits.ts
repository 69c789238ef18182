// The installation's idle times: the default, and the most that anyone may choose.
import { SYSTEM_CONFIG_DEFAULTS } from "../../contracts/installation/system-config.ts";
import type { IdleLimits } from "../../domain/containers/idle-policy.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { getConfig } from "../installation/system-config.ts";

export async function readIdleLimits(tx: GlobalTransaction): Promise<Omit<IdleLimits, "chosenMin">> {
  const defaultMin = await getConfig(tx, "idle.defaultTimeoutMin");
  const maxMin = await getConfig(tx, "idle.maxTimeoutMin");
  return {
    defaultMin: defaultMin ?? SYSTEM_CONFIG_DEFAULTS["idle.defaultTimeoutMin"],
    maxMin: maxMin ?? SYSTEM_CONFIG_DEFAULTS["idle.maxTimeoutMin"],
  };
}
