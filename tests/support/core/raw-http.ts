// HTTP as an attacker writes it: bytes on a socket, and whatever comes back until the other side closes or falls silent.
import { connect, type Socket } from "node:net";

export interface RawAnswer {
  /** Of the first answer; null when the connection was closed without one. */
  readonly status: number | null;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  /** How many answers came. */
  readonly answers: number;
  readonly closed: boolean;
}

export interface RawOptions {
  readonly url: string;
  /** Written one after the other; a number is a pause in milliseconds, which a closed connection ends. */
  readonly send: readonly (string | Buffer | number)[];
  /** Enough answers; the default is one. */
  readonly until?: number;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;
const STATUS_LINE = /^HTTP\/1\.1 (\d{3})/gm;

/** @throws when neither enough answers nor the end of the connection came in time */
export async function exchange({ url, send, until = 1, timeoutMs = TIMEOUT_MS }: RawOptions): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  let closed = false;
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => (text += chunk));
  // A reset is one way of closing; what came before it counts.
  socket.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve(void (closed = true))));
  const enough = new Promise<void>((resolve) =>
    socket.on("data", () => {
      if (isComplete(text, until)) resolve();
    }),
  );
  const late = AbortSignal.timeout(timeoutMs);
  const tooLate = new Promise<never>((_, reject) =>
    late.addEventListener("abort", () => reject(new Error(`No answer within ${timeoutMs} ms; so far: ${text.slice(0, 200)}`))),
  );
  try {
    await Promise.race([Promise.all([sendAll(socket, send, ended), Promise.race([enough, ended])]), tooLate]);
  } finally {
    socket.destroy();
  }
  return parse(text, closed);
}

async function sendAll(socket: Socket, parts: RawOptions["send"], ended: Promise<void>): Promise<void> {
  for (const part of parts) {
    if (socket.destroyed) return;
    if (typeof part === "number") await Promise.race([new Promise((resolve) => setTimeout(resolve, part)), ended]);
    else socket.write(part);
  }
}

/** All answers have their head and, where they tell its length, their body. */
function isComplete(text: string, count: number): boolean {
  if ((text.match(STATUS_LINE)?.length ?? 0) < count) return false;
  const last = text.slice(text.lastIndexOf("HTTP/1.1 "));
  const [head = "", ...rest] = last.split("\r\n\r\n");
  if (rest.length === 0) return false;
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  return length === undefined || rest.join("\r\n\r\n").length >= Number(length);
}

function parse(text: string, closed: boolean): RawAnswer {
  const [head = ""] = text.split("\r\n\r\n");
  const headers = new Map(
    head
      .split("\r\n")
      .slice(1)
      .map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );
  const statuses = text.match(STATUS_LINE) ?? [];
  const status = statuses[0] === undefined ? null : Number(statuses[0].slice(-3));
  return { status, headers, text, answers: statuses.length, closed };
}

/** A request with the headers that every client sends. */
export function requestText(method: string, target: string, headers: readonly string[] = [], body = ""): string {
  return [`${method} ${target} HTTP/1.1`, "Host: 127.0.0.1", ...headers, "", body].join("\r\n");
}
