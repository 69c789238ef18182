// Chat requests: the product's own (`POST /api/chat`) and the OpenAI-compatible one.
import { z } from "zod";
import { CONTAINER_PHASES } from "../containers/agent-container.ts";

/** Room for photos; the gateway takes as much. */
export const CHAT_BODY_LIMIT_BYTES = 20 * 1024 * 1024;
export const CHAT_MESSAGES_MAX = 500;
export const CHAT_STREAMS_PER_TENANT = 5;

export const conversationIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "Use 1 to 64 letters, digits, - or _.");

/** One turn. The conversation's earlier turns are kept by the agent itself. */
export const chatRequestSchema = z.strictObject({
  message: z
    .string()
    .max(200_000)
    .refine((text) => text.trim() !== "", "Write a message."),
  conversationId: conversationIdSchema.default("main"),
  /** Chosen by the caller, who can then stop the turn by it: `POST /api/chat/turns/:turnId/stop`. */
  turnId: z.uuid().optional(),
});
/** Postgres NOTIFY. Payload: the tenant and the turn's id, between them a space. */
export const TURN_STOPPED_CHANNEL = "mosaic_turn_stopped";
export type ChatRequest = z.infer<typeof chatRequestSchema>;

/** `event: progress` of the SSE answer while the container starts. */
export const chatProgressSchema = z.strictObject({
  phase: z.enum(CONTAINER_PHASES),
  message: z.string(),
  elapsedMs: z.number().int(),
});
export type ChatProgress = z.infer<typeof chatProgressSchema>;

/** `event: retry` of the SSE answer: the model provider did not answer, and is asked again. */
export const chatRetrySchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  /** The provider's own words, where it gave any. */
  said: z.string().optional(),
  attempt: z.number().int(),
  attemptsMax: z.number().int(),
  pauseMs: z.number().int(),
});
export type ChatRetry = z.infer<typeof chatRetrySchema>;

/** Fields of an OpenAI chat completion request that are checked or rewritten; all others are passed on as they come. */
export const completionRequestSchema = z.looseObject({
  model: z.string().min(1).max(200).optional(),
  messages: z
    .array(z.looseObject({ role: z.string().min(1).max(50), content: z.unknown().optional() }))
    .min(1)
    .max(CHAT_MESSAGES_MAX),
  stream: z.boolean().nullish(),
});
export type CompletionRequest = z.infer<typeof completionRequestSchema>;
export const CONVERSATION_HEADER = "x-mosaic-conversation";
