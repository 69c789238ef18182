// How text that arrives in pieces becomes lines, and lines become server-sent events. Pure: callers bring the text.

export interface LineSplitter {
  /** The lines that this piece of text completes, without their ends. @throws RangeError when a line grows too long. */
  push(text: string): string[];
}

/** LF, CR and CRLF end a line. Looks at each character once, however small the pieces are. */
export function createLineSplitter(maxChars: number): LineSplitter {
  let begun: string[] = [];
  let length = 0;
  let endedWithCr = false;

  function keep(piece: string): void {
    length += piece.length;
    if (length > maxChars) throw new RangeError(`A line of the stream is longer than ${maxChars} characters.`);
    if (piece !== "") begun.push(piece);
  }

  function finish(): string {
    const line = begun.join("");
    begun = [];
    length = 0;
    return line;
  }

  return {
    push(text) {
      const lines: string[] = [];
      // The CR before this piece ended a line already; its LF ends no other.
      let from = endedWithCr && text.startsWith("\n") ? 1 : 0;
      const ends = /\r\n|\r|\n/g;
      ends.lastIndex = from;
      for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
        keep(text.slice(from, end.index));
        lines.push(finish());
        from = ends.lastIndex;
      }
      keep(text.slice(from));
      if (text !== "") endedWithCr = text.endsWith("\r");
      return lines;
    },
  };
}

export interface SseEvent {
  /** `message` unless the stream names another. */
  readonly event: string;
  readonly data: string;
}

/** A single event longer than this is a fault of the sender; it must not fill our memory. */
export const SSE_EVENT_MAX_CHARS = 4 * 1024 * 1024;

export interface SseParser {
  /** The events that this piece of text completes. @throws RangeError when one is longer than SSE_EVENT_MAX_CHARS. */
  push(text: string): SseEvent[];
}

/** Rules of the HTML standard, "Server-sent events": an empty line ends an event, a colon begins a comment. */
export function createSseParser(): SseParser {
  const splitter = createLineSplitter(SSE_EVENT_MAX_CHARS);
  let data: string[] = [];
  let size = 0;
  let name = "";

  function takeLine(line: string): SseEvent | null {
    if (line === "") return finishEvent();
    // The end of the line counts too, so that an event has no more lines than characters.
    size += line.length + 1;
    if (size > SSE_EVENT_MAX_CHARS) throw new RangeError(`An event of the stream is longer than ${SSE_EVENT_MAX_CHARS}.`);
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    if (field === "event") name = value;
    return null;
  }

  function finishEvent(): SseEvent | null {
    const event = data.length === 0 ? null : { event: name === "" ? "message" : name, data: data.join("\n") };
    data = [];
    name = "";
    size = 0;
    return event;
  }

  return { push: (text) => splitter.push(text).flatMap((line) => takeLine(line) ?? []) };
}
