// Writes an answer of server-sent events: backpressure, keep-alive comments, and a client that may leave at any time.
import type { ServerResponse } from "node:http";

/** Proxies close connections that are silent for a minute; the gateway alone may be silent for a minute and a half. */
export const KEEP_ALIVE_MS = 15_000;
/** A client that takes nothing for this long is treated as gone. */
export const STALL_MS = 60_000;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
} as const;
const KEEP_ALIVE_COMMENT = ": keep-alive\n\n";
const NEWLINE = 0x0a;

export interface EventStreamTimings {
  readonly keepAliveMs?: number | undefined;
  readonly stallMs?: number | undefined;
}

/** All writes resolve when the client has room for more, and at once when it has left: nothing is kept for it. */
export interface EventStream {
  /** True once the status line is out, after which an error can only be an event. */
  readonly opened: boolean;
  open(): void;
  /** `event` null for the default one. `data` is written as JSON. */
  send(event: string | null, data: unknown): Promise<void>;
  raw(bytes: Uint8Array | string): Promise<void>;
  end(): void;
}

export function createEventStream(response: ServerResponse, timings: EventStreamTimings = {}): EventStream {
  const { keepAliveMs = KEEP_ALIVE_MS, stallMs = STALL_MS } = timings;
  let opened = false;
  let atLineStart = true;
  let keepAlive: NodeJS.Timeout | undefined;
  const hasLeft = () => response.destroyed || response.writableEnded;

  // A comment inside a half-written line would become part of it.
  const keepOpen = () => {
    if (atLineStart && !hasLeft() && !response.writableNeedDrain) response.write(KEEP_ALIVE_COMMENT);
  };

  function open(): void {
    if (opened) return;
    opened = true;
    if (hasLeft()) return;
    response.writeHead(200, HEADERS);
    response.flushHeaders();
    keepAlive = setInterval(keepOpen, keepAliveMs);
    response.once("close", () => clearInterval(keepAlive));
  }

  async function raw(bytes: Uint8Array | string): Promise<void> {
    open();
    if (hasLeft() || bytes.length === 0) return;
    atLineStart = typeof bytes === "string" ? bytes.endsWith("\n") : bytes.at(-1) === NEWLINE;
    keepAlive?.refresh();
    if (!response.write(bytes)) await roomForMore(response, stallMs);
  }

  return {
    get opened() {
      return opened;
    },
    open,
    raw,
    send: (event, data) => raw(`${event === null ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`),
    end() {
      clearInterval(keepAlive);
      if (!hasLeft()) response.end();
    },
  };
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
