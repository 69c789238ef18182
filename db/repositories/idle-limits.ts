// The installation's idle times: the default, and the most that anybody may choose (B4).
import { SYSTEM_CONFIG_DEFAULTS } from "../../contracts/system-config.ts";
import type { IdleLimits } from "../../domain/idle-policy.ts";
import type { GlobalTransaction } from "../database.ts";
import { getConfig } from "./system-config.ts";

export async function readIdleLimits(tx: GlobalTransaction): Promise<Omit<IdleLimits, "chosenMin">> {
  const defaultMin = await getConfig(tx, "idle.defaultTimeoutMin");
  const maxMin = await getConfig(tx, "idle.maxTimeoutMin");
  return {
    defaultMin: defaultMin ?? SYSTEM_CONFIG_DEFAULTS["idle.defaultTimeoutMin"],
    maxMin: maxMin ?? SYSTEM_CONFIG_DEFAULTS["idle.maxTimeoutMin"],
  };
}
