// Deactivations and how far they have come. The api begins and shows them, the worker does their steps.
import type { DeactivationStep } from "../../contracts/people/users.ts";
import { humanTenant } from "../../contracts/core/tenant.ts";
import type { Database, GlobalTransaction } from "../core/database.ts";
import { revokeAllApiKeys } from "../keys/api-keys.ts";
import { UserDeactivation, type UserDeactivationRow } from "./administration.ts";

/** The newest of the user's; null when there never was one. */
export async function findDeactivation(tx: GlobalTransaction, userId: string): Promise<UserDeactivationRow | null> {
  return tx.em.findOne(
    UserDeactivation,
    { userId },
    { orderBy: { requestedAt: "desc", id: "desc" }, disableIdentityMap: true },
  );
}

const DONE_COLUMN = { sessions: "sessions_ended_at", keys: "keys_revoked_at", agent: "agent_stopped_at" } as const;

/**
 * Whether the step is still to be done: not done before, and the user not reactivated, nor before this transaction's commit.
 * Both ids come with a message, which may be forged: a deactivation is of its own user alone.
 */
export async function isStepOpen(
  tx: GlobalTransaction,
  { deactivationId, userId }: Step,
  step: DeactivationStep,
): Promise<boolean> {
  const rows = await tx.sql(
    `SELECT 1 AS open FROM mosaic.user_deactivations
      WHERE id = $1 AND user_id = $2 AND cancelled_at IS NULL AND ${DONE_COLUMN[step]} IS NULL FOR UPDATE`,
    [deactivationId, userId],
  );
  return rows.length > 0;
}

interface Step {
  readonly deactivationId: string;
  readonly userId: string;
}

/** Role worker. Does nothing when the step was done or the deactivation cancelled. */
export async function endAllSessions(database: Database, { deactivationId, userId }: Step): Promise<void> {
  await database.globally(async (tx) => {
    if (!(await isStepOpen(tx, { deactivationId, userId }, "sessions"))) return;
    const ended = await tx.sql("DELETE FROM mosaic.sessions WHERE user_id = $1 RETURNING id", [userId]);
    await tx.sql("UPDATE mosaic.user_deactivations SET sessions_ended_at = mosaic.now(), sessions_ended = $2 WHERE id = $1", [
      deactivationId,
      ended.length,
    ]);
  });
}

/** Role worker. Does nothing when the step was done or the deactivation cancelled. */
export async function revokeAllKeys(database: Database, { deactivationId, userId }: Step): Promise<void> {
  await database.asTenant(humanTenant(userId), async (tx) => {
    if (!(await isStepOpen(tx, { deactivationId, userId }, "keys"))) return;
    const revoked = await revokeAllApiKeys(tx);
    await tx.sql("UPDATE mosaic.user_deactivations SET keys_revoked_at = mosaic.now(), keys_revoked = $2 WHERE id = $1", [
      deactivationId,
      revoked,
    ]);
  });
}

/** Role worker. */
export async function noteAgentStopped(tx: GlobalTransaction, deactivationId: string): Promise<void> {
  await tx.sql(
    "UPDATE mosaic.user_deactivations SET agent_stopped_at = mosaic.now() WHERE id = $1 AND agent_stopped_at IS NULL",
    [deactivationId],
  );
}
