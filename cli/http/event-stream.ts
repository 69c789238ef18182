// Reads an answer of server-sent events.
import { createSseParser, type SseEvent } from "../../contracts/core/event-stream.ts";

/**
 * Ends with the stream. Comments (keep-alive) and half events at the end are dropped.
 * @throws RangeError when one event is longer than SSE_EVENT_MAX_CHARS.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder();
  const parser = createSseParser();
  for await (const chunk of body) yield* parser.push(decoder.decode(chunk, { stream: true }));
}
