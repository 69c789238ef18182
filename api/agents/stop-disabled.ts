// The container of an agent that is being disabled is stopped, in the same transaction.
import type { TenantTransaction } from "../../db/core/database.ts";
import { askContainer, type NewIntent } from "../../db/containers/container-intents.ts";
import { findContainer } from "../../db/containers/containers.ts";

/** Nothing is asked of a container that does not run. */
export async function stopDisabledAgent(tx: TenantTransaction, asked: Pick<NewIntent, "by" | "reason">): Promise<void> {
  const container = await findContainer(tx);
  if (container !== null && container.status !== "stopped") await askContainer(tx, { kind: "stop", ...asked });
}
