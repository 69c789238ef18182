// HTTP servers with bounds against slow and oversized requests, and their graceful end.
import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Express } from "express";
import { RECEIVE_DEADLINES, watchReceipts, type ReceiveDeadlines } from "./receive-deadlines.ts";
import { securityHeaders } from "./security-headers.ts";

const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_HEADER_BYTES = 16 * 1024;
const CONNECTIONS_MAX = 4_096;
const IDLE_SWEEP_MS = 100;
/** For the answer to a request that was given up to reach a client that is still sending. */
const LINGER_MS = 1_000;

export interface HttpServerOptions {
  /** Whether people reach it through TLS; answers below HTTP then say so too. */
  readonly https?: boolean;
  readonly deadlines?: ReceiveDeadlines | undefined;
}

export function createHttpServer(
  app: Express,
  { https = false, deadlines = RECEIVE_DEADLINES }: HttpServerOptions = {},
): Server {
  const server = createServer(
    {
      headersTimeout: deadlines.headersMs,
      requestTimeout: Math.max(deadlines.requestMs, deadlines.slowRequestMs),
      connectionsCheckingInterval: deadlines.checkEveryMs,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      // Node would answer these two itself, without our headers: the application refuses the one and ignores the other.
      requireHostHeader: false,
    },
    app,
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("checkExpectation", app);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => answerClientError(error.code, socket, https));
  watchReceipts(server, deadlines, ({ socket }) => answerClientError("ERR_HTTP_REQUEST_TIMEOUT", socket, https));
  return server;
}

/** Resolves with the port, which matters if `port` was 0. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

/**
 * Takes no new connection, lets running answers end for up to `drainMs`, then calls `onOverdue`, which may end them in
 * good order, and cuts what is left after `lastGraspMs`.
 */
export async function drain(
  server: Server,
  times: { drainMs: number; lastGraspMs: number },
  onOverdue: () => void,
): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that becomes idle later would otherwise wait for its keep-alive time.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const overdue = setTimeout(onOverdue, times.drainMs);
  const cut = setTimeout(() => server.closeAllConnections(), times.drainMs + times.lastGraspMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(overdue);
  clearTimeout(cut);
}

/**
 * Requests that are not HTTP never reach the application, and some never arrive complete; they too are answered with our
 * headers. The socket is then destroyed: a client that does not close its side would otherwise keep the connection open
 * forever, and keep the handler that waits for the rest of its request waiting.
 */
function answerClientError(code: string | undefined, socket: Duplex, https: boolean): void {
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const headers = Object.entries({ ...securityHeaders({ https }), connection: "close", "content-length": "0" });
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${statusLine(code)}\r\n${lines.join("\r\n")}\r\n\r\n`);
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(cut));
}

function statusLine(code: string | undefined): string {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return "431 Request Header Fields Too Large";
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "408 Request Timeout";
    default:
      return "400 Bad Request";
  }
}
