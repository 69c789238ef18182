// The audit log as administrators read it: who, what, target, when, from where, outcome.
import { z } from "zod";
import { shownNameSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { AUDIT_OUTCOMES } from "../core/closed-sets.ts";
import { pageMetaSchema, pageQueryFields, searchField } from "../core/page.ts";

export const AUDIT_ACTOR_KINDS = ["human", "agent", "container", "system", "broker", "anonymous"] as const;

const auditFilterFields = {
  /** In the name of the actor or the target, the action, or the reason, in any case of letters. */
  search: searchField,
  /** Exact, e.g. `user.deactivate`, or a prefix that ends in a dot, e.g. `user.`. */
  action: z
    .string()
    .regex(/^[a-z_-]+\.(?:[a-z_-]+)?$/, "Write it as noun.verb or noun.")
    .max(100)
    .optional(),
  actorId: z.string().max(100).optional(),
  targetId: z.string().max(200).optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  from: instantSchema.optional(),
  /** Exclusive. */
  to: instantSchema.optional(),
} as const;

/** `GET /api/audit-events/export`: JSON lines, newest first, one event of the list's form each. */
export const auditExportQuerySchema = z.strictObject(auditFilterFields);
export type AuditFilter = z.infer<typeof auditExportQuerySchema>;
/** `GET /api/audit-events`, newest first. */
export const auditListQuerySchema = z.strictObject({ ...pageQueryFields, ...auditFilterFields });
export type AuditListQuery = z.infer<typeof auditListQuerySchema>;

export const auditEventViewSchema = z.strictObject({
  id: z.uuid(),
  occurredAt: instantSchema,
  actorKind: z.enum(AUDIT_ACTOR_KINDS),
  actorId: z.string().nullable(),
  actorName: shownNameSchema.nullable(),
  action: z.string(),
  targetKind: z.string().nullable(),
  targetId: z.string().nullable(),
  /** As it is called now, or was when it was deleted; null where nobody but its owner sees the name. */
  targetName: shownNameSchema.nullable(),
  outcome: z.enum(AUDIT_OUTCOMES),
  remoteAddress: z.string().nullable(),
  requestId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEventView = z.infer<typeof auditEventViewSchema>;
export const auditPageSchema = z.strictObject({
  events: z.array(auditEventViewSchema),
  meta: pageMetaSchema,
  /** All actions that occur, for the filter. */
  actions: z.array(z.string()),
});
