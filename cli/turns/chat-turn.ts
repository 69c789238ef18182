// One turn over `POST /api/chat`: progress while the agent starts, then the answer piece by piece.
import { z } from "zod";
import { chatProgressSchema, chatRetrySchema, type ChatRequest } from "../../contracts/turns/chat.ts";
import { apiError, unreachable, type ApiClient } from "../http/api-client.ts";
import type { SseEvent } from "../../contracts/core/event-stream.ts";
import { readEvents } from "../http/event-stream.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";

/** A cold start and a slow model together stay below this. */
const TURN_TIMEOUT_MS = 15 * 60_000;

export type TurnEvent =
  | { readonly kind: "progress"; readonly message: string; readonly elapsedMs?: number }
  | { readonly kind: "text"; readonly text: string };

const contentSchema = z.looseObject({ content: z.string() });
/** Registered agents' failures are told in words alone. */
const failureSchema = z.object({
  error: z.union([z.string(), z.object({ code: z.string(), message: z.string(), requestId: z.string().optional() })]),
});

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** The whole answer. @throws CliError when it fails, also midway. */
export async function askAgent(
  api: ApiClient,
  turn: ChatRequest & { readonly signal?: AbortSignal },
  onEvent: (event: TurnEvent) => void,
): Promise<string> {
  const { message, conversationId, signal } = turn;
  return await answerTo(api, { path: "/api/chat", body: { message, conversationId }, signal }, onEvent);
}

/** The same of a registered agent, which is told everything that was said. @throws CliError as above */
export async function askRegisteredAgent(
  api: ApiClient,
  turn: { readonly agent: string; readonly messages: readonly Message[]; readonly signal?: AbortSignal },
  onEvent: (event: TurnEvent) => void,
): Promise<string> {
  const { signal, ...body } = turn;
  return await answerTo(api, { path: "/api/openclaw/chat", body, signal }, onEvent);
}

interface Asked {
  readonly path: string;
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
}

async function answerTo(api: ApiClient, asked: Asked, onEvent: (event: TurnEvent) => void): Promise<string> {
  const timeout = AbortSignal.timeout(TURN_TIMEOUT_MS);
  const response = await api.fetch({
    method: "POST",
    path: asked.path,
    headers: { accept: "text/event-stream" },
    body: asked.body,
    signal: asked.signal === undefined ? timeout : AbortSignal.any([asked.signal, timeout]),
  });
  let reply = "";
  try {
    for await (const event of readEvents(response.body ?? new ReadableStream())) {
      if (event.event === "message" && event.data === "[DONE]") return reply;
      const known = understand(event);
      if (known?.kind === "text") reply += known.text;
      if (known !== null) onEvent(known);
    }
  } catch (error) {
    throw error instanceof CliError ? error : unreachable(api.url, error);
  }
  throw new CliError("The answer was cut off.", {
    exitCode: EXIT.unavailable,
    cure: "Send it again; the agent remembers the conversation.",
  });
}

/** Null for an event that a later version may have added. */
function understand({ event, data }: SseEvent): TurnEvent | null {
  const value = parseJson(data);
  if (event === "error") {
    const failure = failureSchema.safeParse(value);
    const error = failure.success ? failure.data.error : "The answer failed.";
    throw typeof error === "string" ? new CliError(error, { exitCode: EXIT.failed }) : apiError(error);
  }
  if (event === "progress") {
    const progress = chatProgressSchema.safeParse(value);
    return progress.success ? { kind: "progress", ...progress.data } : null;
  }
  if (event === "retry") {
    const retry = chatRetrySchema.safeParse(value);
    return retry.success ? { kind: "progress", message: retry.data.message } : null;
  }
  const content = contentSchema.safeParse(value);
  return event === "message" && content.success ? { kind: "text", text: content.data.content } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not an event of ours
  }
}
