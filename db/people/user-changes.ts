// Changes of a user by an administrator; one at a time, so that two of them never take the last administrator away.
import { randomUUID } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";
import type { UserUpdate } from "../../contracts/people/users.ts";
import { refusalOfUserChange, type UserChange } from "../../domain/people/user-change.ts";
import { writeAuthorised } from "../core/authority.ts";
import type { GlobalTransaction, TenantTransaction } from "../core/database.ts";
import { isUniqueViolation } from "../core/database-error.ts";
import { disableAgentsOfOwner } from "../agents/agent-users.ts";
import { revokeAllApiKeys } from "../keys/api-keys.ts";
import type { UserDeactivateMessage } from "../../contracts/people/user-messages.ts";
import { addOutbox } from "../core/outbox.ts";

interface TargetRow {
  readonly id: string;
  readonly systemRole: SystemRole;
  readonly isDeactivated: boolean;
}

/** @throws FleetError NOT_FOUND, CONFLICT (guards; an e-mail address that is taken) */
export async function updateUser(
  tx: GlobalTransaction,
  change: { readonly actorId: string; readonly userId: string; readonly update: UserUpdate },
): Promise<void> {
  const { actorId, userId, update } = change;
  const target = await lockForChange(tx, userId);
  if (update.systemRole !== undefined && update.systemRole !== target.systemRole) {
    await assertAllowed(tx, { kind: "role", systemRole: update.systemRole }, { actorId, target });
    await setSystemRole(tx, userId, update.systemRole);
  }
  if (update.name !== undefined) await tx.sql("UPDATE mosaic.users SET name = $2 WHERE id = $1", [userId, update.name]);
  if (update.email !== undefined) await setEmail(tx, userId, update.email?.toLowerCase() ?? null);
}

/**
 * Locks the user out, and asks the worker for the rest. The transaction's tenant is the user's own, for the outbox row.
 * Fine when they are deactivated already: then the deactivation that is under way or done stands.
 * @throws FleetError NOT_FOUND, CONFLICT
 */
export async function deactivateUser(
  tx: TenantTransaction,
  change: { readonly actorId: string; readonly userId: string; readonly reason: string },
): Promise<void> {
  const { actorId, userId, reason } = change;
  const target = await lockForChange(tx, userId);
  await assertAllowed(tx, { kind: "deactivate" }, { actorId, target });
  if (target.isDeactivated) return;
  await tx.sql("UPDATE mosaic.users SET deactivated_at = mosaic.now() WHERE id = $1", [userId]);
  await revokeInvitesOf(tx, userId);
  await disableAgentsOfOwner(tx);
  const deactivationId = randomUUID();
  await tx.sql("INSERT INTO mosaic.user_deactivations (id, user_id, requested_by, reason) VALUES ($1, $2, $3, $4)", [
    ...[deactivationId, userId, actorId, reason],
  ]);
  const message: UserDeactivateMessage = { topic: "user.deactivate", deactivationId, userId };
  await addOutbox(tx, message);
}

/**
 * Sessions and keys stay ended and have to be created again, also those that the deactivation had not reached yet. The
 * transaction's tenant is the user's own, for the keys. Does nothing for an active user. @throws FleetError NOT_FOUND
 */
export async function reactivateUser(tx: TenantTransaction, userId: string): Promise<void> {
  const target = await lockForChange(tx, userId);
  if (!target.isDeactivated) return;
  await tx.sql("UPDATE mosaic.users SET deactivated_at = NULL WHERE id = $1", [userId]);
  await tx.sql(
    `UPDATE mosaic.user_deactivations SET cancelled_at = mosaic.now()
      WHERE user_id = $1 AND cancelled_at IS NULL
        AND (sessions_ended_at IS NULL OR keys_revoked_at IS NULL OR agent_stopped_at IS NULL)`,
    [userId],
  );
  await tx.sql("DELETE FROM mosaic.sessions WHERE user_id = $1", [userId]);
  await revokeAllApiKeys(tx);
}

/** The guards count administrators, so that the count must not change before the commit. */
async function lockForChange(tx: GlobalTransaction, userId: string): Promise<TargetRow> {
  await lockAdministrators(tx);
  const [target] = await tx.sql<TargetRow>(
    `SELECT id, system_role AS "systemRole", deactivated_at IS NOT NULL AS "isDeactivated" FROM mosaic.users WHERE id = $1`,
    [userId],
  );
  if (target === undefined) throw new FleetError("NOT_FOUND", "There is no such user.");
  return target;
}

/**
 * For the beginning of every change by an administrator: a request that was let in may have waited since (for its body, a
 * hash, a lock), and its caller may have been locked out. The lock is the exclusive one, also where no role changes: two
 * that shared it and then both wanted it alone would wait for each other forever.
 * @throws FleetError UNAUTHENTICATED when the session has ended or the user was locked out; FORBIDDEN without the role
 */
export async function assertStillAdministrator(
  tx: GlobalTransaction,
  caller: { readonly userId: string; readonly sessionId: Buffer },
): Promise<void> {
  await lockAdministrators(tx);
  const [row] = await tx.sql<{ systemRole: SystemRole }>(
    `SELECT u.system_role AS "systemRole" FROM mosaic.users u JOIN mosaic.sessions s ON s.user_id = u.id
      WHERE u.id = $1 AND u.deactivated_at IS NULL AND s.id = $2 AND s.expires_at > mosaic.now()`,
    [caller.userId, caller.sessionId],
  );
  if (row === undefined) throw new FleetError("UNAUTHENTICATED", "Your session has ended. Sign in again.");
  if (row.systemRole !== "admin") throw new FleetError("FORBIDDEN", "You are no longer an administrator.");
}

async function assertAllowed(
  tx: GlobalTransaction,
  change: UserChange,
  { actorId, target }: { readonly actorId: string; readonly target: TargetRow },
): Promise<void> {
  const otherActiveAdmins = await countOtherAdministrators(tx, target.id);
  const refusal = refusalOfUserChange(change, { actorId, target, otherActiveAdmins });
  if (refusal !== null) throw new FleetError("CONFLICT", refusal);
}

/**
 * For a change that was judged under the lock of administrators. What was opened or promised with other rights ends.
 */
export async function setSystemRole(tx: GlobalTransaction, userId: string, systemRole: SystemRole): Promise<void> {
  await writeAuthorised(tx, "set_system_role", [userId, systemRole]);
  await tx.sql("DELETE FROM mosaic.sessions WHERE user_id = $1", [userId]);
  await revokeInvitesOf(tx, userId);
}

/** All changes that concern administrators wait for each other here; each statement after it sees what was committed before. */
export async function lockAdministrators(tx: GlobalTransaction): Promise<void> {
  await tx.sql("SELECT pg_advisory_xact_lock(hashtextextended('mosaic.administrators', 0))");
}

/** Administrators who can sign in, beside this user. */
export async function countOtherAdministrators(tx: GlobalTransaction, userId: string | null): Promise<number> {
  const [row] = await tx.sql<{ others: number }>(
    `SELECT count(*)::int AS others FROM mosaic.users
      WHERE system_role = 'admin' AND deactivated_at IS NULL AND id IS DISTINCT FROM $1::uuid`,
    [userId],
  );
  return row?.others ?? 0;
}

/** An invitation is its maker's word: it must not outlive their right to give it. */
async function revokeInvitesOf(tx: GlobalTransaction, userId: string): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.invites SET revoked_at = mosaic.now() WHERE invited_by = $1 AND used_at IS NULL AND revoked_at IS NULL`,
    [userId],
  );
}

async function setEmail(tx: GlobalTransaction, userId: string, email: string | null): Promise<void> {
  try {
    await tx.sql(
      `UPDATE mosaic.users SET email = $2, email_verified = false WHERE id = $1 AND email IS DISTINCT FROM $2::text`,
      [userId, email],
    );
  } catch (cause) {
    if (isUniqueViolation(cause)) throw new FleetError("CONFLICT", "This e-mail address is taken.", { cause });
    throw cause;
  }
}
