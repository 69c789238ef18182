// What administrators may not do to themselves or to the last of them.
import type { SystemRole } from "../../contracts/core/principal.ts";

export interface UserChangeFacts {
  readonly actorId: string;
  readonly target: { readonly id: string; readonly systemRole: SystemRole; readonly isDeactivated: boolean };
  /** Administrators who can sign in, beside the target. */
  readonly otherActiveAdmins: number;
}
export type UserChange = { readonly kind: "deactivate" } | { readonly kind: "role"; readonly systemRole: SystemRole };

/** Why the change is refused, for the person who asked; null when it may be made. */
export function refusalOfUserChange(change: UserChange, facts: UserChangeFacts): string | null {
  const { actorId, target, otherActiveAdmins } = facts;
  const losesAdmin = target.systemRole === "admin" && (change.kind === "deactivate" || change.systemRole !== "admin");
  if (change.kind === "deactivate" && actorId === target.id) return "You cannot deactivate yourself.";
  if (losesAdmin && actorId === target.id) return "You cannot remove your own administrator role.";
  if (losesAdmin && !target.isDeactivated && otherActiveAdmins === 0) return "At least one administrator is required.";
  return null;
}
