// HTTP servers with bounds against slow and oversized requests, and their graceful end (T21, S4).
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Express } from "express";
import { securityHeaders } from "./middleware/security-headers.ts";

const HEADERS_TIMEOUT_MS = 10_000;
/** For receiving a whole request; an answer may take longer. */
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUT_CHECK_MS = 2_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_HEADER_BYTES = 16 * 1024;
const CONNECTIONS_MAX = 4_096;
const IDLE_SWEEP_MS = 100;

export function createHttpServer(app: Express): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    app,
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("clientError", answerClientError);
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

/** Requests that are not HTTP never reach the application; they too are answered with our headers. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const headers = Object.entries({ ...securityHeaders({ https: false }), connection: "close", "content-length": "0" });
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${statusLine(error.code)}\r\n${lines.join("\r\n")}\r\n\r\n`);
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
