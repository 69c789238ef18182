// Invitations, deactivations, workspaces and teams. Global: protected by grants, and by what the api's rules allow.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { SystemRole } from "../../contracts/core/principal.ts";
import type { WorkspaceRole } from "../../contracts/workspaces/workspaces.ts";
import { createdAt, timestamp } from "../core/columns.ts";

/** What is done after a user was locked out; one row per deactivation. */
export const UserDeactivation = defineEntity({
  name: "UserDeactivation",
  tableName: "user_deactivations",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid().index(),
    requestedAt: createdAt(),
    requestedBy: p.uuid().strictNullable(),
    reason: p.text(),
    sessionsEndedAt: timestamp().strictNullable(),
    sessionsEnded: p.integer().strictNullable(),
    keysRevokedAt: timestamp().strictNullable(),
    keysRevoked: p.integer().strictNullable(),
    agentStoppedAt: timestamp().strictNullable(),
    /** Reactivated before all was done. */
    cancelledAt: timestamp().strictNullable(),
  },
});
export type UserDeactivationRow = InferEntity<typeof UserDeactivation>;

export const Invite = defineEntity({
  name: "Invite",
  tableName: "invites",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    tokenHash: p.blob().unique(),
    /** Lower case. */
    email: p.text(),
    systemRole: p.text().$type<SystemRole>(),
    createdAt: createdAt().index(),
    expiresAt: timestamp(),
    invitedBy: p.uuid().strictNullable(),
    usedAt: timestamp().strictNullable(),
    usedBy: p.uuid().strictNullable(),
    revokedAt: timestamp().strictNullable(),
  },
});

export const Workspace = defineEntity({
  name: "Workspace",
  tableName: "workspaces",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    description: p.text().default(""),
    createdAt: createdAt(),
    createdBy: p.uuid().strictNullable(),
  },
});

export const WorkspaceMember = defineEntity({
  name: "WorkspaceMember",
  tableName: "workspace_members",
  schema: "mosaic",
  properties: {
    workspaceId: p.uuid().primary(),
    userId: p.uuid().primary().index(),
    role: p.text().$type<WorkspaceRole>(),
    joinedAt: createdAt(),
  },
});

export const Team = defineEntity({
  name: "Team",
  tableName: "teams",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    workspaceId: p.uuid(),
    name: p.text(),
    description: p.text().default(""),
    createdAt: createdAt(),
  },
});

export const TeamMember = defineEntity({
  name: "TeamMember",
  tableName: "team_members",
  schema: "mosaic",
  properties: {
    teamId: p.uuid().primary(),
    userId: p.uuid().primary(),
    workspaceId: p.uuid(),
  },
});
