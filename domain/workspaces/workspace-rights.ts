// Who may do what in a workspace. Administrators of the installation may do what owners may.
import type { SystemRole } from "../../contracts/core/principal.ts";
import type { WorkspaceRole } from "../../contracts/workspaces/workspaces.ts";

export interface WorkspaceActor {
  /** Null: no member. */
  readonly role: WorkspaceRole | null;
  readonly systemRole: SystemRole;
}

/** Others are told that it does not exist. */
export function maySeeWorkspace({ role, systemRole }: WorkspaceActor): boolean {
  return role !== null || systemRole === "admin";
}

export function mayDeleteWorkspace({ role, systemRole }: WorkspaceActor): boolean {
  return role === "owner" || systemRole === "admin";
}

/** Name, description, teams, and who is in it. */
export function mayManageWorkspace(actor: WorkspaceActor): boolean {
  return mayDeleteWorkspace(actor) || actor.role === "admin";
}

/** From one role to another; null is "no member". Only owners make owners, or change what owners are. */
export function mayChangeMember(
  actor: WorkspaceActor,
  change: { readonly from: WorkspaceRole | null; readonly to: WorkspaceRole | null },
): boolean {
  if (change.from === "owner" || change.to === "owner") return mayDeleteWorkspace(actor);
  return mayManageWorkspace(actor);
}
