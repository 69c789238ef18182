// Understands the streamed answer of a registered agent's gateway, which may be another release or another make of OpenClaw.
import { z } from "zod";
import type { FleetError } from "../../contracts/core/errors.ts";
import type { SseEvent } from "../../contracts/core/event-stream.ts";
import { parseJson } from "./openclaw-gateway-failures.ts";
import { registeredStreamFailure, requestFailed, type RegisteredTarget } from "./registered-gateway-failures.ts";
import { readSseEvents } from "./sse-reader.ts";

const NO_REASON = "no reason given";
/** Ends an event whose blank line is missing; changes nothing where it is there. */
const END_OF_EVENT = new TextEncoder().encode("\n\n");

const deltaSchema = z.looseObject({ delta: z.looseObject({ content: z.string() }) });
const chunkSchema = z.looseObject({
  choices: z.unknown().optional(),
  error: z.union([z.string(), z.looseObject({ message: z.string().optional() })]).nullish(),
});

export interface RegisteredEvent {
  readonly data: string;
  /** Empty where the event carries none. */
  readonly content: string;
}

/**
 * Events that arrive together, without the closing `[DONE]`, which may be missing. What is not JSON is skipped.
 * @throws FleetError GATEWAY_ERROR for an error within the stream, and those of `bytes`
 */
export async function* readRegisteredEvents(
  bytes: AsyncIterable<Uint8Array>,
  target: RegisteredTarget,
): AsyncGenerator<readonly RegisteredEvent[], void, void> {
  for await (const arrived of boundedEvents(bytes, target)) {
    const { events, end } = understood(arrived, target);
    if (events.length > 0) yield events;
    if (end === "done") return;
    if (end !== null) throw end;
  }
}

interface Understood {
  readonly events: readonly RegisteredEvent[];
  /** Events after an end are ignored. */
  readonly end: "done" | FleetError | null;
}

function understood(arrived: readonly SseEvent[], target: RegisteredTarget): Understood {
  const events: RegisteredEvent[] = [];
  for (const { data } of arrived) {
    if (data.trim() === "[DONE]") return { events, end: "done" };
    const chunk = chunkSchema.safeParse(parseJson(data));
    if (!chunk.success) continue;
    const { error, choices } = chunk.data;
    if (error !== null && error !== undefined) {
      const said = typeof error === "string" ? error : (error.message ?? NO_REASON);
      return { events, end: registeredStreamFailure(target, said) };
    }
    const first = deltaSchema.safeParse(Array.isArray(choices) ? choices[0] : null);
    events.push({ data, content: first.success ? first.data.delta.content : "" });
  }
  return { events, end: null };
}

async function* boundedEvents(
  bytes: AsyncIterable<Uint8Array>,
  target: RegisteredTarget,
): AsyncGenerator<readonly SseEvent[], void, void> {
  try {
    yield* readSseEvents(ended(bytes));
  } catch (error) {
    throw error instanceof RangeError ? requestFailed(target, "an event of its stream has no end") : error;
  }
}

async function* ended(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  yield* bytes;
  yield END_OF_EVENT;
}
