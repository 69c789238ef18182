// Reads a stream of server-sent events chunk by chunk; pure except for its source.
import { createSseParser, type SseEvent } from "../../contracts/core/event-stream.ts";

/**
 * Yields the events that each chunk completes, if any; pulls from the source only when the consumer asks for more.
 * @throws RangeError when one event is longer than SSE_EVENT_MAX_CHARS.
 */
export async function* readSseEvents(source: AsyncIterable<Uint8Array>): AsyncGenerator<readonly SseEvent[], void, void> {
  const decoder = new TextDecoder();
  const parser = createSseParser();
  for await (const chunk of source) {
    const events = parser.push(decoder.decode(chunk, { stream: true }));
    if (events.length > 0) yield events;
  }
  yield parser.push(decoder.decode());
}
