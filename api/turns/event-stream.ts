// Writes an answer of server-sent events: backpressure, keep-alive comments, and a client that may leave at any time.
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

/** Proxies close connections that are silent for a minute; the gateway alone may be silent for a minute and a half. */
export const KEEP_ALIVE_MS = 15_000;
/** A failure within this time still has a status of its own; later the answer is open, and proxies see that it lives. */
export const OPEN_AFTER_MS = 500;
/** A client that takes nothing for this long is treated as gone. */
export const STALL_MS = 60_000;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
} as const;
const KEEP_ALIVE_COMMENT = ": keep-alive\n\n";

export interface EventStreamTimings {
  readonly keepAliveMs?: number | undefined;
  readonly stallMs?: number | undefined;
  readonly openAfterMs?: number | undefined;
}

export interface EventStreamOptions extends EventStreamTimings {
  /** In place of the usual ones, where a contract says which. */
  readonly headers?: OutgoingHttpHeaders;
}

/** All writes resolve when the client has room for more, and at once when it has left: nothing is kept for it. */
export interface EventStream {
  /** True once the status line is out, after which an error can only be an event. */
  readonly opened: boolean;
  open(): void;
  /** Opens it in a moment, unless it was opened or ended before. */
  openSoon(): void;
  /** For a failure that is answered in another way. */
  stayClosed(): void;
  /** For proxies and people who read along; clients skip it. */
  comment(text: string): Promise<void>;
  /** `event` null for the default one. `data` is written as JSON. */
  send(event: string | null, data: unknown): Promise<void>;
  /** Whole events: a comment may follow at any time. */
  raw(events: string): Promise<void>;
  end(): void;
}

/** An event without a name. */
export function dataEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export function createEventStream(response: ServerResponse, options: EventStreamOptions = {}): EventStream {
  const { stallMs = STALL_MS, openAfterMs = OPEN_AFTER_MS } = options;
  let opened = false;
  let opening: NodeJS.Timeout | undefined;
  let keepAlive: NodeJS.Timeout | undefined;
  const hasLeft = () => response.destroyed || response.writableEnded;
  /** The headers leave with the first events, in one packet. */
  function begin(): void {
    clearTimeout(opening);
    if (opened) return;
    opened = true;
    if (hasLeft()) return;
    keepAlive = startEvents(response, options);
  }
  function open(): void {
    begin();
    if (!hasLeft()) response.flushHeaders();
  }
  async function raw(events: string): Promise<void> {
    begin();
    if (hasLeft()) return;
    keepAlive?.refresh();
    if (!response.write(events)) await roomForMore(response, stallMs);
  }

  return {
    get opened() {
      return opened;
    },
    open,
    openSoon: () => void (opening ??= setTimeout(open, openAfterMs)),
    stayClosed: () => clearTimeout(opening),
    raw,
    comment: (text) => raw(`: ${text.replaceAll(/[\r\n]+/g, " ")}\n\n`),
    send: (event, data) => raw(`${event === null ? "" : `event: ${event}\n`}${dataEvent(data)}`),
    end() {
      clearTimeout(opening);
      clearInterval(keepAlive);
      if (!hasLeft()) response.end();
    },
  };
}

/** Gives the timer of the comments, which ends with the answer. */
function startEvents(response: ServerResponse, options: EventStreamOptions): NodeJS.Timeout {
  const { keepAliveMs = KEEP_ALIVE_MS, headers = HEADERS } = options;
  const keepAlive = setInterval(() => writeComment(response), keepAliveMs);
  response.writeHead(200, headers).once("close", () => clearInterval(keepAlive));
  return keepAlive;
}

function writeComment(response: ServerResponse): void {
  const hasLeft = response.destroyed || response.writableEnded;
  if (!hasLeft && !response.writableNeedDrain) response.write(KEEP_ALIVE_COMMENT);
}

/** Resolves on `drain` or when the client is gone; cuts it off when it has stalled. */
function roomForMore(response: ServerResponse, stallMs: number): Promise<void> {
  return new Promise((resolve) => {
    const stalled = setTimeout(() => response.destroy(), stallMs);
    const done = () => {
      clearTimeout(stalled);
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.once("drain", done);
    response.once("close", done);
  });
}
