// How long a client may take to send a request: a short time in total, or, once the caller is known and may send a large body,
// a longer time in total as long as bytes keep arriving.
import type { IncomingMessage, Server } from "node:http";

/** Shorter in tests. */
export interface ReceiveDeadlines {
  readonly headersMs: number;
  /** For a complete request. */
  readonly requestMs: number;
  /** For a complete request whose body may arrive slowly. 20 MiB take 45 s at 4 Mbit/s. */
  readonly slowRequestMs: number;
  /** A body that may arrive slowly is given up if nothing arrives for this long. */
  readonly silenceMs: number;
  readonly checkEveryMs: number;
}

export const RECEIVE_DEADLINES: ReceiveDeadlines = {
  headersMs: 10_000,
  requestMs: 30_000,
  slowRequestMs: 300_000,
  silenceMs: 15_000,
  checkEveryMs: 2_000,
};

interface Receipt {
  readonly request: IncomingMessage;
  readonly beganMs: number;
  isSlow: boolean;
  bytes: number;
  /** Counted in checks rather than by the clock, so that a client is not blamed while this process is stalled. */
  silentMs: number;
}

/** By request, so that a handler that has identified the caller can extend the deadline. */
const receipts = new WeakMap<IncomingMessage, Receipt>();

/** Lets the rest of the body arrive slowly. Call it once the caller is known: strangers must not hold connections that long. */
export function receiveSlowly(request: IncomingMessage): void {
  const receipt = receipts.get(request);
  if (receipt !== undefined) receipt.isSlow = true;
}

/**
 * Calls `onOverdue` for requests whose body takes too long. Node has only one limit for all requests of a server; it is set to
 * the longer one.
 */
export function watchReceipts(
  server: Server,
  deadlines: ReceiveDeadlines,
  onOverdue: (request: IncomingMessage) => void,
): void {
  const open = new Set<Receipt>();
  const watch = (request: IncomingMessage): void => {
    if (!hasBody(request)) return;
    const { bytesRead: bytes } = request.socket;
    const receipt = { request, beganMs: performance.now(), isSlow: false, bytes, silentMs: 0 };
    receipts.set(request, receipt);
    open.add(receipt);
    request.once("close", () => open.delete(receipt));
  };
  for (const event of ["request", "checkExpectation"]) server.prependListener(event, watch);
  const check = (): void => {
    for (const receipt of open) {
      const { request } = receipt;
      const isOver = request.complete || request.destroyed;
      if (!isOver && !isLate(receipt, deadlines)) continue;
      open.delete(receipt);
      if (!isOver) onOverdue(request);
    }
  };
  const checking = setInterval(check, deadlines.checkEveryMs).unref();
  server.once("close", () => clearInterval(checking));
}

/** Called once per check: it records how much has arrived since the last one. */
function isLate(receipt: Receipt, { requestMs, slowRequestMs, silenceMs, checkEveryMs }: ReceiveDeadlines): boolean {
  const { bytesRead } = receipt.request.socket;
  receipt.silentMs = bytesRead === receipt.bytes ? receipt.silentMs + checkEveryMs : 0;
  receipt.bytes = bytesRead;
  const tookMs = performance.now() - receipt.beganMs;
  return receipt.isSlow ? tookMs > slowRequestMs || receipt.silentMs > silenceMs : tookMs > requestMs;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}
