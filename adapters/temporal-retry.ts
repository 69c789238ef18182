// Retries of single gRPC calls that are over before the connection closes. The SDK's own wait in timers of which it
// keeps no account: one that fires on a closed channel throws where nobody can catch it, and ends the process.
import { setTimeout as delay } from "node:timers/promises";
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from "@temporalio/client";

/** Bounds how long closing has to wait. */
const LONGEST_PAUSE_MS = 1_000;
/** Timers may fire a little late. */
const MARGIN_MS = 50;

export interface GrpcRetry {
  readonly interceptor: ReturnType<typeof makeGrpcRetryInterceptor>;
  /** From now on nothing is retried; resolves when no retry is waiting any more (after 1 s at most). */
  settle(): Promise<void>;
}

export function createGrpcRetry(): GrpcRetry {
  const rules = defaultGrpcRetryOptions();
  let isClosing = false;
  let lastRetryAtMs = 0;
  const interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !isClosing && rules.retryableDecider(attempt, status),
    delayFunction(attempt, status) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, rules.delayFunction(attempt, status));
      lastRetryAtMs = Math.max(lastRetryAtMs, Date.now() + pauseMs);
      return pauseMs;
    },
  });
  return {
    interceptor,
    async settle() {
      isClosing = true;
      const leftMs = lastRetryAtMs - Date.now();
      if (leftMs > 0) await delay(leftMs + MARGIN_MS);
    },
  };
}
