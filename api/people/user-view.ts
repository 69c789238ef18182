// A person as administrators see them, and the steps of a deactivation, from what the database holds.
import {
  DEACTIVATION_STEPS,
  type DeactivationStep,
  type DeactivationView,
  type UserView,
} from "../../contracts/people/users.ts";
import type { UserDeactivationRow } from "../../db/people/administration.ts";
import type { ListedUser } from "../../db/people/user-list.ts";

export function userView(row: ListedUser): UserView {
  const { id, name, username, email, emailVerified, image, systemRole, isLocalAuth, invitedBy, isLastAdmin } = row;
  return {
    ...{ id, name, username, email, emailVerified, image, systemRole, isLocalAuth, invitedBy, isLastAdmin },
    status: row.deactivatedAt === null ? "active" : "deactivated",
    createdAt: row.createdAt.toISOString(),
    deactivatedAt: row.deactivatedAt?.toISOString() ?? null,
    invitedAt: row.invitedAt?.toISOString() ?? null,
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
    workspaceMemberships: [...row.memberships],
  };
}

export function deactivationView(row: UserDeactivationRow): DeactivationView {
  const facts: Readonly<Record<DeactivationStep, { doneAt: Date | null; count: number | null }>> = {
    sessions: { doneAt: row.sessionsEndedAt, count: row.sessionsEnded },
    keys: { doneAt: row.keysRevokedAt, count: row.keysRevoked },
    agent: { doneAt: row.agentStoppedAt, count: null },
  };
  const isDone = DEACTIVATION_STEPS.every((step) => facts[step].doneAt !== null);
  return {
    userId: row.userId,
    state: row.cancelledAt === null ? (isDone ? "done" : "running") : "cancelled",
    requestedAt: row.requestedAt.toISOString(),
    requestedBy: row.requestedBy,
    reason: row.reason,
    steps: DEACTIVATION_STEPS.map((step) => ({
      step,
      doneAt: facts[step].doneAt?.toISOString() ?? null,
      count: facts[step].count,
    })),
  };
}
