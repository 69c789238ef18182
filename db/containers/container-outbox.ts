// What is committed to the outbox for the workflow of the tenant's container.
import type { ContainerMessage } from "../../contracts/containers/container-messages.ts";
import type { TenantTransaction } from "../core/database.ts";
import { addOutbox } from "../core/outbox.ts";

export async function tellContainer(tx: TenantTransaction, message: ContainerMessage): Promise<void> {
  await addOutbox(tx, message);
}

/**
 * The request to run the container. Nothing is added if the last waiting message is the same request and no relay has taken it
 * yet: it will be delivered after this moment, and repeatedly refused chats do not fill the table.
 */
export async function addRequestToRun(tx: TenantTransaction): Promise<void> {
  const message = { topic: "container.ensure-running" } as const;
  const [last] = await tx.sql<{ topic: string; attempts: number }>(
    "SELECT topic, attempts FROM mosaic.outbox WHERE tenant = $1 AND sent_at IS NULL ORDER BY id DESC LIMIT 1",
    [tx.tenant],
  );
  if (last?.topic !== message.topic || last.attempts > 0) await tellContainer(tx, message);
}
