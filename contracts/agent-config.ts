// Agent configuration: how one's agent thinks (P2), and what its container fetches (C7).
import { z } from "zod";
import { FALLBACKS_MAX, IDLE_TIMEOUT_LIMITS_MIN, PERSONALITY_MAX_CHARS } from "./agent-limits.ts";

/** `provider/model`; the model part may itself hold slashes. */
export const modelRefSchema = z
  .string()
  .max(264)
  .regex(/^[a-z0-9][a-z0-9-]*\/\S+$/, "Write it as provider/model.");

export const agentConfigUpdateSchema = z.strictObject({
  primaryModel: modelRefSchema.nullish(),
  fallbackModels: z.array(modelRefSchema).max(FALLBACKS_MAX).optional(),
  personality: z.string().max(PERSONALITY_MAX_CHARS).optional(),
  providerId: z.uuid().nullish(),
  idleTimeoutMin: z.number().int().min(IDLE_TIMEOUT_LIMITS_MIN.min).max(IDLE_TIMEOUT_LIMITS_MIN.max).nullish(),
});
export type AgentConfigUpdate = z.infer<typeof agentConfigUpdateSchema>;

export const agentConfigViewSchema = z.strictObject({
  primaryModel: z.string().nullable(),
  fallbackModels: z.array(z.string()),
  personality: z.string(),
  providerId: z.uuid().nullable(),
  /** Null: the installation's default. */
  idleTimeoutMin: z.number().int().nullable(),
  effectiveIdleTimeoutMin: z.number().int(),
  /** What the agent would use now, by the rule of C8. */
  effectiveModel: z.string(),
  revision: z.number().int(),
  warnings: z.array(z.string()),
});
export type AgentConfigView = z.infer<typeof agentConfigViewSchema>;

/**
 * Who a persona file belongs to. `managed`: written anew at every start from the settings. `seed`: written only when the
 * file is missing, because the agent keeps its own notes there afterwards.
 */
export const AGENT_FILE_MODES = ["managed", "seed"] as const;
export const agentFileSchema = z.strictObject({ content: z.string(), mode: z.enum(AGENT_FILE_MODES) });
export type AgentFile = z.infer<typeof agentFileSchema>;

/** `GET /api/internal/agent-config/:id/files`: persona files by name, and environment variables for the gateway. */
export const agentFilesSchema = z.strictObject({
  files: z.record(z.string().regex(/^[A-Z]+\.md$/), agentFileSchema),
  variables: z.record(z.string(), z.string()),
  revision: z.number().int(),
});
export type AgentFiles = z.infer<typeof agentFilesSchema>;
