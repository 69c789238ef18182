// What administrators see beyond their own tenant: the audit log, the fleet and the agents, for one transaction.
import type { GlobalTransaction } from "./database.ts";

/** Only for routes whose caller is an administrator. It opens four tables for reading, none with a key or a chat in it. */
export async function actAsAdministrator(tx: GlobalTransaction): Promise<void> {
  await tx.sql("SELECT set_config('mosaic.administrator', 'on', true)");
}
