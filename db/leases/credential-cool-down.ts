// The end of a credential's cool-down: cleared when it is over, and the waiters for its kind are notified.
import { CREDENTIAL_CHANNEL } from "../../contracts/core/channels.ts";
import type { GlobalTransaction } from "../core/database.ts";

export type CoolDownLook =
  { readonly isOver: true } | { readonly isOver: false; readonly leftMs: number; readonly coolUntilMs: number };

/**
 * Ends a rest whose time is over. Acquire goes by the time itself; this tidies the row and wakes waiters. Roles worker and
 * fleet.
 */
export async function endCredentialCoolDown(tx: GlobalTransaction, credentialId: string): Promise<CoolDownLook> {
  const [rested] = await tx.sql<{ kind: string }>(
    "UPDATE mosaic.qa_credentials SET cool_until = NULL WHERE id = $1 AND cool_until <= mosaic.now() RETURNING kind",
    [credentialId],
  );
  if (rested !== undefined) await tx.sql("SELECT pg_notify($1, $2)", [CREDENTIAL_CHANNEL, rested.kind]);
  const [resting] = await tx.sql<{ leftMs: number; coolUntil: Date }>(
    `SELECT cool_until AS "coolUntil", ceil(extract(epoch FROM cool_until - mosaic.now()) * 1000)::bigint AS "leftMs"
       FROM mosaic.qa_credentials WHERE id = $1 AND cool_until IS NOT NULL`,
    [credentialId],
  );
  if (resting === undefined) return { isOver: true };
  return { isOver: false, leftMs: Math.max(0, resting.leftMs), coolUntilMs: resting.coolUntil.getTime() };
}
