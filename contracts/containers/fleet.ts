// The fleet as administrators see it: what runs where and why. No content, no log lines.
import { z } from "zod";
import { shownNameSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { agentConfigUpdateSchema, agentConfigViewSchema } from "../agent-config/agent-config.ts";
import { CONTAINER_PHASES, containerEventViewSchema, type ContainerEventView } from "./agent-container.ts";
import { containerReasonSchema } from "./container-reason-schema.ts";
import { CONTAINER_STATUSES, FLEET_SORTS, SYSTEM_AGENT_ROLES, TENANT_KINDS } from "../core/closed-sets.ts";
import { systemAgentSchema } from "../installation/onboarding.ts";
import { pageMetaSchema, pageQueryFields, searchField } from "../core/page.ts";
import { PROVIDER_TYPES } from "../providers/provider-facts.ts";
import { systemNameSchema } from "../core/tenant.ts";
import { reasonSchema } from "../people/users.ts";

export type FleetSort = (typeof FLEET_SORTS)[number];

export const fleetListQuerySchema = z.strictObject({
  ...pageQueryFields,
  /** A part of the owner's name or e-mail address, of a system agent's name, of the container's name, of the host or of the image. */
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
  ownerName: shownNameSchema,
  /** Of the container in the engine, as `docker ps` shows it. */
  name: z.string(),
  status: z.enum(CONTAINER_STATUSES),
  phase: z.enum(CONTAINER_PHASES),
  reason: containerReasonSchema.nullable(),
  host: z.string().nullable(),
  image: z.string().nullable(),
  generation: z.number().int(),
  startedAt: instantSchema.nullable(),
  lastActivityAt: instantSchema.nullable(),
  statusChangedAt: instantSchema,
  workflowId: z.string(),
  /** Where the Temporal Web UI shows it: an address, or a path of ours; null when there is none. */
  workflowUrl: z.union([z.url(), z.string().startsWith("/")]).nullable(),
});
export type FleetContainer = z.infer<typeof fleetContainerSchema>;
const count = z.number().int();
export const fleetPageSchema = z.strictObject({
  containers: z.array(fleetContainerSchema),
  meta: pageMetaSchema,
  /** Of all containers, whatever the filter. */
  counts: z.strictObject({ stopped: count, starting: count, running: count, error: count }),
});
export type FleetEvent = ContainerEventView;
/** `GET /api/containers/:id`: with the newest causes, and what it will do next. */
export const fleetContainerDetailSchema = fleetContainerSchema.extend({
  configRevision: z.number().int(),
  /** What the running container fetched last; null while it never did. */
  appliedRevision: z.number().int().nullable(),
  /** When it falls asleep unless someone uses it; null when it does not run or is always on. */
  sleepsAt: instantSchema.nullable(),
  timeline: z.array(containerEventViewSchema),
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
/** Its memory cannot be brought back: the request repeats the name. */
export const systemAgentDeleteSchema = z.strictObject({ confirm: systemNameSchema });
export type SystemAgentUpdate = z.infer<typeof systemAgentUpdateSchema>;
export const systemAgentViewSchema = z.strictObject({
  name: systemNameSchema,
  tenant: z.string(),
  displayName: shownNameSchema,
  role: z.enum(SYSTEM_AGENT_ROLES),
  isEnabled: z.boolean(),
  createdAt: instantSchema,
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
    providers: z.array(z.strictObject({ displayName: shownNameSchema, type: z.enum(PROVIDER_TYPES), isActive: z.boolean() })),
  });
export type SystemAgentSettings = z.infer<typeof systemAgentSettingsSchema>;
