// Retries of single gRPC calls that are over before the connection closes. The SDK's own wait in timers of which it
// keeps no account: one that fires on a closed channel throws where nobody can catch it, and ends the process.
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from "@temporalio/client";

/** Bounds how long closing has to wait. */
const LONGEST_PAUSE_MS = 1_000;

export interface GrpcRetry {
  readonly interceptor: ReturnType<typeof makeGrpcRetryInterceptor>;
  /** From now on nothing is retried; resolves when no retry is waiting any more (after 1 s at most). */
  settle(): Promise<void>;
}

/** Counts the retries that wait, instead of computing when they are over: a busy process runs its timers late. */
export function createGrpcRetry(): GrpcRetry {
  const rules = defaultGrpcRetryOptions();
  let isClosing = false;
  let waiting = 0;
  let resolveSettled: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => (resolveSettled = resolve));
  const retrying = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !isClosing && rules.retryableDecider(attempt, status),
    delayFunction(attempt, status) {
      waiting += 1;
      return Math.min(LONGEST_PAUSE_MS, rules.delayFunction(attempt, status));
    },
  });
  return {
    interceptor: (options, nextCall) => {
      let isFirst = true;
      return retrying(options, (each) => {
        if (!isFirst) waiting -= 1;
        isFirst = false;
        // Whoever waits goes on in a microtask: by then this retry has begun its call, which closing the channel ends in order.
        if (isClosing && waiting === 0) resolveSettled();
        return nextCall(each);
      });
    },
    settle() {
      isClosing = true;
      if (waiting === 0) resolveSettled();
      return settled;
    },
  };
}
