// HTTP servers with bounds against slow and oversized requests, and their graceful end (T21, S4).
import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Express } from "express";
import { securityHeaders } from "./middleware/security-headers.ts";

/** `requestMs` is for receiving a whole request; an answer may take longer. */
const DEADLINES = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 2_000 } as const;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_HEADER_BYTES = 16 * 1024;
const CONNECTIONS_MAX = 4_096;
const IDLE_SWEEP_MS = 100;
/** For the answer to a request that was given up to reach a client that is still sending. */
const LINGER_MS = 1_000;

/** How long a client may take to send. Tests make it short. */
export interface ReceiveDeadlines {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkEveryMs: number;
}

export interface HttpServerOptions {
  /** Whether people reach it through TLS; answers below HTTP then say so too. */
  readonly https?: boolean;
  readonly deadlines?: ReceiveDeadlines | undefined;
}

export function createHttpServer(app: Express, { https = false, deadlines = DEADLINES }: HttpServerOptions = {}): Server {
  const server = createServer(
    {
      headersTimeout: deadlines.headersMs,
      requestTimeout: deadlines.requestMs,
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
  server.on("clientError", (error, socket) => answerClientError(error, socket, https));
  return server;
}

/** Resolves with the port, which matters when 0 was asked for. */
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
 * Requests that are not HTTP never reach the application; they too are answered with our headers. A client that then does
 * not close its side would otherwise keep the connection for ever, and whoever waits for the rest of its request waiting.
 */
function answerClientError(error: Error & { code?: string }, socket: Duplex, https: boolean): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const headers = Object.entries({ ...securityHeaders({ https }), connection: "close", "content-length": "0" });
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${statusLine(error.code)}\r\n${lines.join("\r\n")}\r\n\r\n`);
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
