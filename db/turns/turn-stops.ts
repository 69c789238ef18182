// Tells every process that a turn is to end.
import { TURN_STOPPED_CHANNEL } from "../../contracts/turns/chat.ts";
import type { TenantTransaction } from "../core/database.ts";

export async function announceTurnStop(tx: TenantTransaction, turnId: string): Promise<void> {
  await tx.sql("SELECT pg_notify($1, $2)", [TURN_STOPPED_CHANNEL, `${tx.tenant} ${turnId}`]);
}
