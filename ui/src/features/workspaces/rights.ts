// Who is offered what in a workspace. The api decides; this only hides what it would refuse.
import { WORKSPACE_ROLES } from "../../../../contracts/core/closed-sets.ts";
import type { SystemRole } from "../../../../contracts/core/principal.ts";
import type { MemberView, WorkspaceRole, WorkspaceView } from "../../../../contracts/workspaces/workspaces.ts";

export interface WorkspaceRights {
  /** Owners, and administrators of the installation. */
  readonly mayDelete: boolean;
  /** Name, description, teams, and who is in it. */
  readonly mayManage: boolean;
}

export function rightsIn({ myRole }: Pick<WorkspaceView, "myRole">, systemRole: SystemRole): WorkspaceRights {
  const mayDelete = myRole === "owner" || systemRole === "admin";
  return { mayDelete, mayManage: mayDelete || myRole === "admin" };
}

/** What one may make of someone: only owners make owners. */
export function offeredRoles({ mayDelete }: WorkspaceRights): readonly WorkspaceRole[] {
  return WORKSPACE_ROLES.filter((role) => mayDelete || role !== "owner");
}

export function mayChange(rights: WorkspaceRights, member: Pick<MemberView, "role">): boolean {
  return rights.mayManage && (rights.mayDelete || member.role !== "owner");
}
