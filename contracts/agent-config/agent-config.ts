// Agent configuration: model, personality and idle time, and what the agent's container fetches.
import { z } from "zod";
import { isReadableModelId, UNREADABLE_MODEL_ID } from "../providers/model-id.ts";
import { AGENT_WARNING_CODES, AGENT_WARNING_VALUES } from "./agent-warnings.ts";
import { FALLBACKS_MAX, IDLE_TIMEOUT_LIMITS_MIN, PERSONALITY_MAX_CHARS } from "./agent-limits.ts";

/** `provider/model`; the model part may itself hold slashes. */
export const modelRefSchema = z
  .string()
  .max(264)
  .regex(/^[a-z0-9][a-z0-9-]*\/\S(?:.*\S)?$/, "Use the form provider/model.")
  .refine(isReadableModelId, UNREADABLE_MODEL_ID);

export const agentConfigUpdateSchema = z.strictObject({
  primaryModel: modelRefSchema.nullish(),
  fallbackModels: z.array(modelRefSchema).max(FALLBACKS_MAX).optional(),
  personality: z.string().max(PERSONALITY_MAX_CHARS).optional(),
  providerId: z.uuid().nullish(),
  idleTimeoutMin: z.number().int().min(IDLE_TIMEOUT_LIMITS_MIN.min).max(IDLE_TIMEOUT_LIMITS_MIN.max).nullish(),
});
export type AgentConfigUpdate = z.infer<typeof agentConfigUpdateSchema>;

/** Settings that cannot work. */
const agentWarningSchema = z.strictObject({
  code: z.enum(AGENT_WARNING_CODES),
  values: z.partialRecord(z.enum(AGENT_WARNING_VALUES), z.string()),
});

export const agentConfigViewSchema = z.strictObject({
  primaryModel: z.string().nullable(),
  fallbackModels: z.array(z.string()),
  personality: z.string(),
  providerId: z.uuid().nullable(),
  /** Null: the installation's default. */
  idleTimeoutMin: z.number().int().nullable(),
  effectiveIdleTimeoutMin: z.number().int(),
  /** The model that the agent uses: the chosen one, else the first of its providers; null while there is none. */
  effectiveModel: z.string().nullable(),
  revision: z.number().int(),
  warnings: z.array(agentWarningSchema),
});
export type AgentConfigView = z.infer<typeof agentConfigViewSchema>;

/**
 * Who a persona file belongs to. `managed`: written again at every start from the settings. `seed`: written only when the
 * file is missing, because the agent keeps its own notes there afterwards.
 */
export const AGENT_FILE_MODES = ["managed", "seed"] as const;
export const agentFileSchema = z.strictObject({ content: z.string(), mode: z.enum(AGENT_FILE_MODES) });
export type AgentFile = z.infer<typeof agentFileSchema>;

/**
 * `GET /api/internal/agent-config/:id/files`: persona files by name, environment variables for the gateway, and what it
 * proves itself with.
 */
export const agentFilesSchema = z.strictObject({
  files: z.record(z.string().regex(/^[A-Z]+\.md$/), agentFileSchema),
  variables: z.record(z.string(), z.string()),
  /** PEM, made for this start. */
  tls: z.strictObject({ certificate: z.string(), key: z.string() }),
  /** Authorities in PEM form that its process is started with, beside the usual ones; null: none. */
  certificates: z.string().nullable(),
  revision: z.number().int(),
});
export type AgentFiles = z.infer<typeof agentFilesSchema>;
