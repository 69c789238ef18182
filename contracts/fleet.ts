// The fleet as administrators see it: what runs where and why. No content, no log lines (A5, S2).
import { z } from "zod";
import { agentConfigUpdateSchema, agentConfigViewSchema } from "./agent-config.ts";
import { CONTAINER_PHASES, containerEventViewSchema } from "./agent-container.ts";
import { CONTAINER_STATUSES, FLEET_SORTS, SYSTEM_AGENT_ROLES, TENANT_KINDS } from "./closed-sets.ts";
import { systemAgentSchema } from "./onboarding.ts";
import { pageMetaSchema, pageQueryFields, searchField } from "./page.ts";
import { PROVIDER_TYPES } from "./provider-facts.ts";
import { systemNameSchema } from "./tenant.ts";
import { reasonSchema } from "./users.ts";

export type FleetSort = (typeof FLEET_SORTS)[number];

export const fleetListQuerySchema = z.strictObject({
  ...pageQueryFields,
  /** A part of the owner's name or e-mail address, of a system agent's name, of the host or of the image. */
  search: searchField,
  sort: z.enum(FLEET_SORTS).default("attention"),
  order: z.enum(["asc", "desc"]).default("asc"),
  status: z.enum(CONTAINER_STATUSES).optional(),
  kind: z.enum(TENANT_KINDS).optional(),
});
export type FleetListQuery = z.infer<typeof fleetListQuerySchema>;

export const fleetContainerSchema = z.strictObject({
  id: z.uuid(),
  tenant: z.string(),
  kind: z.enum(TENANT_KINDS),
  ownerName: z.string(),
  status: z.enum(CONTAINER_STATUSES),
  phase: z.enum(CONTAINER_PHASES),
  reason: z.string(),
  host: z.string().nullable(),
  image: z.string().nullable(),
  generation: z.number().int(),
  startedAt: z.iso.datetime().nullable(),
  lastActivityAt: z.iso.datetime().nullable(),
  statusChangedAt: z.iso.datetime(),
  workflowId: z.string(),
  /** Where the Temporal Web UI shows it; null when the address of that UI is not set. */
  workflowUrl: z.url().nullable(),
});
export type FleetContainer = z.infer<typeof fleetContainerSchema>;
const count = z.number().int();
export const fleetPageSchema = z.strictObject({
  containers: z.array(fleetContainerSchema),
  meta: pageMetaSchema,
  /** Of all containers, whatever the filter. */
  counts: z.strictObject({ stopped: count, starting: count, running: count, error: count }),
});
/** `actorName`: of the person who asked; null when it was the system, or nobody who is still known. */
const fleetEventSchema = containerEventViewSchema.extend({ actorName: z.string().nullable() });
export type FleetEvent = z.infer<typeof fleetEventSchema>;
/** `GET /api/containers/:id`: with the newest causes, and what it will do by itself. */
export const fleetContainerDetailSchema = fleetContainerSchema.extend({
  configRevision: z.number().int(),
  /** What the running container fetched last; null while it never did. */
  appliedRevision: z.number().int().nullable(),
  /** When it falls asleep unless somebody uses it; null when it does not run or is always on. */
  sleepsAt: z.iso.datetime().nullable(),
  timeline: z.array(fleetEventSchema),
});
export type FleetContainerDetail = z.infer<typeof fleetContainerDetailSchema>;

/** `POST /api/containers/:id/restart|stop`: 202. */
export const containerActionSchema = z.strictObject({ reason: reasonSchema });
/** `POST /api/containers/actions`: 202; ids that do not exist (any more) come back in `unknown`. */
export const bulkActionSchema = z.strictObject({
  action: z.enum(["restart", "stop"]),
  ids: z.array(z.uuid()).min(1).max(100),
  reason: reasonSchema,
});
export const bulkActionResultSchema = z.strictObject({ accepted: z.array(z.uuid()), unknown: z.array(z.uuid()) });

/** `GET|POST /api/system-agents`, `PATCH|DELETE /api/system-agents/:name`. */
export const systemAgentCreateSchema = systemAgentSchema;
export const systemAgentUpdateSchema = z.strictObject({
  displayName: systemAgentSchema.shape.displayName.optional(),
  role: z.enum(SYSTEM_AGENT_ROLES).optional(),
  /** False: it is stopped and stays so. */
  isEnabled: z.boolean().optional(),
});
export type SystemAgentUpdate = z.infer<typeof systemAgentUpdateSchema>;
export const systemAgentViewSchema = z.strictObject({
  name: systemNameSchema,
  tenant: z.string(),
  displayName: z.string(),
  role: z.enum(SYSTEM_AGENT_ROLES),
  isEnabled: z.boolean(),
  createdAt: z.iso.datetime(),
  /** Null: its container was never made. */
  container: fleetContainerSchema.nullable(),
});
export type SystemAgentView = z.infer<typeof systemAgentViewSchema>;
export const systemAgentListSchema = z.strictObject({ systemAgents: z.array(systemAgentViewSchema) });

/** `GET|PATCH /api/system-agents/:name/settings`: how it thinks. It never sleeps, so that there is no idle time. */
export const systemAgentSettingsUpdateSchema = agentConfigUpdateSchema.pick({
  primaryModel: true,
  fallbackModels: true,
  personality: true,
});
export const systemAgentSettingsSchema = agentConfigViewSchema
  .pick({ primaryModel: true, fallbackModels: true, personality: true, providerId: true })
  .extend(agentConfigViewSchema.pick({ effectiveModel: true, revision: true, warnings: true }).shape)
  .extend({
    /** What may be chosen: `provider/model` of its own active providers. */
    models: z.array(z.string()),
    providers: z.array(z.strictObject({ displayName: z.string(), type: z.enum(PROVIDER_TYPES), isActive: z.boolean() })),
  });
export type SystemAgentSettings = z.infer<typeof systemAgentSettingsSchema>;
