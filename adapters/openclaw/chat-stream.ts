// Understands the events of a gateway's streamed chat completion.
import { z } from "zod";
import type { FleetError } from "../../contracts/core/errors.ts";
import type { SseEvent } from "../../contracts/core/event-stream.ts";
import { gatewayError, parseJson, streamFailure, unavailable } from "./openclaw-gateway-failures.ts";
import { readSseEvents } from "./sse-reader.ts";

const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z.looseObject({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .optional(),
  error: z.union([z.string(), z.looseObject({ message: z.string().optional(), type: z.string().nullish() })]).nullish(),
});

type ChunkError = NonNullable<z.infer<typeof chunkSchema>["error"]>;

/** One event of a streamed answer, as it came and as far as we look at it. */
export interface ChatEvent {
  readonly data: string;
  /** Empty where the event carries none. */
  readonly content: string;
  /** True for what only announces an answer: the role, without content, tools or an end. */
  readonly isPrelude: boolean;
}

/**
 * The events of a streamed answer, without the closing `[DONE]`; events that arrive together are yielded together. Events that
 * are not JSON are skipped, as the contract requires.
 * @throws FleetError as `streamFailure` gives for an error within the stream, GATEWAY_UNAVAILABLE if the stream ends early.
 */
export async function* readChatEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly ChatEvent[], void, void> {
  let finished = false;
  for await (const arrived of boundedEvents(bytes)) {
    const { events, end } = understood(arrived);
    if (events.length > 0) yield events.map(({ event }) => event);
    if (end === "done") return;
    if (end !== null) throw end;
    finished ||= events.some(({ hasEnd }) => hasEnd);
  }
  if (!finished) throw unavailable("Your agent stopped in the middle of its answer.");
}

interface Understood {
  readonly events: readonly { readonly event: ChatEvent; readonly hasEnd: boolean }[];
  /** Events after an end are ignored. */
  readonly end: "done" | FleetError | null;
}

function understood(arrived: readonly SseEvent[]): Understood {
  const events: { event: ChatEvent; hasEnd: boolean }[] = [];
  for (const { data } of arrived) {
    if (data === "[DONE]") return { events, end: "done" };
    const chunk = chunkSchema.safeParse(parseJson(data));
    if (!chunk.success) continue;
    const { error, choices } = chunk.data;
    if (error !== null && error !== undefined) return { events, end: streamFailure(saidIn(error)) };
    const choice = choices?.[0];
    const hasEnd = choice?.finish_reason !== null && choice?.finish_reason !== undefined;
    const content = choice?.delta?.content ?? "";
    const onlyRole = Object.keys(choice?.delta ?? { content }).every((key) => key === "role" || key === "content");
    const isPrelude = choice !== undefined && !hasEnd && content === "" && onlyRole;
    events.push({ event: { data, content, isPrelude }, hasEnd });
  }
  return { events, end: null };
}

async function* boundedEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly SseEvent[], void, void> {
  try {
    yield* readSseEvents(bytes);
  } catch (error) {
    throw error instanceof RangeError ? gatewayError("an event of its stream has no end.") : error;
  }
}

function saidIn(error: ChunkError): { message: string; type?: string | null | undefined } {
  return typeof error === "string" ? { message: error } : { message: error.message ?? "no reason given", type: error.type };
}
