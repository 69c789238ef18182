// Reads a stream of server-sent events chunk by chunk; pure but for the source it is given.

export interface SseEvent {
  /** `message` unless the stream names another. */
  readonly event: string;
  readonly data: string;
}

/** A single event longer than this is a fault of the sender; it must not fill our memory. */
export const SSE_EVENT_MAX_CHARS = 4 * 1024 * 1024;

/**
 * Yields events as they are completed; pulls from the source only when the consumer asks for more.
 * @throws RangeError when one event is longer than SSE_EVENT_MAX_CHARS.
 */
export async function* readSseEvents(source: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent, void, void> {
  const decoder = new TextDecoder();
  const parser = createSseParser();
  for await (const chunk of source) yield* parser.push(decoder.decode(chunk, { stream: true }));
  yield* parser.push(decoder.decode());
}

export interface SseParser {
  /** The events that this piece of text completes. */
  push(text: string): SseEvent[];
}

/** Line rules of the HTML standard: CR, LF or CRLF end a line, an empty line ends an event, a colon begins a comment. */
export function createSseParser(): SseParser {
  let rest = "";
  let data: string[] = [];
  let size = 0;
  let name = "";

  function takeLine(line: string): SseEvent | null {
    if (line === "") return finishEvent();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    if (field === "event") name = value;
    size += line.length;
    return null;
  }

  function finishEvent(): SseEvent | null {
    const event = data.length === 0 ? null : { event: name === "" ? "message" : name, data: data.join("\n") };
    data = [];
    name = "";
    size = 0;
    return event;
  }

  return {
    push(text) {
      // A CR at the very end may be the first half of a CRLF: it waits for the next piece.
      const pieces = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = pieces.pop() ?? "";
      const events = pieces.map(takeLine).filter((event) => event !== null);
      if (size + rest.length > SSE_EVENT_MAX_CHARS) throw new RangeError("An event of the stream is too long.");
      return events;
    },
  };
}
