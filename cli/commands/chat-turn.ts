// One turn over `POST /api/chat`: progress while the agent starts, then the answer piece by piece.
import { z } from "zod";
import { chatProgressSchema, type ChatRequest } from "../../contracts/chat.ts";
import { apiError, unreachable, type ApiClient } from "../http/api-client.ts";
import { readEvents, type ServerEvent } from "../http/event-stream.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";

/** A cold start and a slow model together stay below this. */
const TURN_TIMEOUT_MS = 15 * 60_000;

export type TurnEvent =
  { readonly kind: "progress"; readonly message: string } | { readonly kind: "text"; readonly text: string };

const contentSchema = z.looseObject({ content: z.string() });
const failureSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), requestId: z.string().optional() }),
});

/** The whole answer. @throws CliError when it fails, also midway. */
export async function askAgent(
  api: ApiClient,
  turn: ChatRequest & { readonly signal?: AbortSignal },
  onEvent: (event: TurnEvent) => void,
): Promise<string> {
  const { message, conversationId } = turn;
  const timeout = AbortSignal.timeout(TURN_TIMEOUT_MS);
  const response = await api.fetch({
    method: "POST",
    path: "/api/chat",
    headers: { accept: "text/event-stream" },
    body: { message, conversationId },
    signal: turn.signal === undefined ? timeout : AbortSignal.any([turn.signal, timeout]),
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
  throw new CliError("The answer was cut off.", { exitCode: EXIT.unavailable, cure: "Say it again; the agent remembers." });
}

/** Null for an event that a later version may have added. */
function understand({ event, data }: ServerEvent): TurnEvent | null {
  const value = parseJson(data);
  if (event === "error") {
    const failure = failureSchema.safeParse(value);
    throw failure.success ? apiError(failure.data.error) : new CliError("The answer failed.", { exitCode: EXIT.failed });
  }
  if (event === "progress") {
    const progress = chatProgressSchema.safeParse(value);
    if (!progress.success) return null;
    return { kind: "progress", message: `${progress.data.message} (${Math.round(progress.data.elapsedMs / 1000)} s)` };
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
