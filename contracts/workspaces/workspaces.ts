// Workspaces with members, and teams within them. They group people and share nothing.
import { z } from "zod";
import { nameSchema, plainTextSchema, shownNameSchema, shownTextSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { WORKSPACE_ROLES } from "../core/closed-sets.ts";
import { pageMetaSchema, pageQueryFields, searchField } from "../core/page.ts";

export type WorkspaceRole = (typeof WORKSPACE_ROLES)[number];

const workspaceNameSchema = nameSchema(100);
const descriptionSchema = plainTextSchema(1000);

export const workspaceCreateSchema = z.strictObject({ name: workspaceNameSchema, description: descriptionSchema.default("") });
export const workspaceUpdateSchema = z.strictObject({
  name: workspaceNameSchema.optional(),
  description: descriptionSchema.optional(),
});
export type WorkspaceUpdate = z.infer<typeof workspaceUpdateSchema>;

/** `GET /api/workspaces`: the user's own; `scope=all` is for administrators. */
export const workspaceListQuerySchema = z.strictObject({
  ...pageQueryFields,
  search: searchField,
  scope: z.enum(["mine", "all"]).default("mine"),
});
export type WorkspaceListQuery = z.infer<typeof workspaceListQuerySchema>;

export const workspaceViewSchema = z.strictObject({
  id: z.uuid(),
  name: shownNameSchema,
  description: shownTextSchema,
  createdAt: instantSchema,
  memberCount: z.number().int(),
  teamCount: z.number().int(),
  /** Null: an administrator who is no member. */
  myRole: z.enum(WORKSPACE_ROLES).nullable(),
  /** The only owner who can sign in is the one who asks: they cannot leave. */
  isLastOwner: z.boolean(),
});
export type WorkspaceView = z.infer<typeof workspaceViewSchema>;
export const workspacePageSchema = z.strictObject({ workspaces: z.array(workspaceViewSchema), meta: pageMetaSchema });

/** `GET /api/workspaces/:id/members` */
export const memberListQuerySchema = z.strictObject({ ...pageQueryFields, search: searchField });
export const memberViewSchema = z.strictObject({
  userId: z.uuid(),
  name: shownNameSchema,
  email: z.string().nullable(),
  role: z.enum(WORKSPACE_ROLES),
  joinedAt: instantSchema,
  isDeactivated: z.boolean(),
  /** No other owner can sign in: their role cannot change, and they cannot leave. */
  isLastOwner: z.boolean(),
});
export type MemberView = z.infer<typeof memberViewSchema>;
export const memberPageSchema = z.strictObject({ members: z.array(memberViewSchema), meta: pageMetaSchema });

/** Administrators name a user by id; owners and admins of a workspace by the exact e-mail address or user name. */
export const memberAddSchema = z.union([
  z.strictObject({ userId: z.uuid(), role: z.enum(WORKSPACE_ROLES).default("member") }),
  z.strictObject({ identifier: z.string().trim().min(1).max(320), role: z.enum(WORKSPACE_ROLES).default("member") }),
]);
export type MemberAdd = z.infer<typeof memberAddSchema>;
export const memberUpdateSchema = z.strictObject({ role: z.enum(WORKSPACE_ROLES) });

/** `GET /api/workspaces/:id/teams` */
export const teamInputSchema = z.strictObject({ name: workspaceNameSchema, description: descriptionSchema.default("") });
export const teamViewSchema = z.strictObject({
  id: z.uuid(),
  workspaceId: z.uuid(),
  name: shownNameSchema,
  description: shownTextSchema,
  createdAt: instantSchema,
  members: z.array(z.strictObject({ userId: z.uuid(), name: shownNameSchema })),
});
export type TeamView = z.infer<typeof teamViewSchema>;
export const teamListSchema = z.strictObject({ teams: z.array(teamViewSchema) });
/** `GET /api/admin/teams`: those of all workspaces, found by their own name or the workspace's. */
export const allTeamsQuerySchema = z.strictObject({ ...pageQueryFields, search: searchField });
export type AllTeamsQuery = z.infer<typeof allTeamsQuerySchema>;
export const listedTeamSchema = teamViewSchema
  .omit({ members: true })
  .extend({ workspaceName: shownNameSchema, memberCount: z.number().int() });
export type ListedTeam = z.infer<typeof listedTeamSchema>;
export const allTeamsPageSchema = z.strictObject({ teams: z.array(listedTeamSchema), meta: pageMetaSchema });
/** The members of a team, whole; each must be a member of the workspace. */
export const teamMembersSchema = z.strictObject({ userIds: z.array(z.uuid()).max(1000) });
