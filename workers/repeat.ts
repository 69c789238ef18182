// A loop that does its work again and again until it is told to end. One failure never ends it.
import { setTimeout as delay } from "node:timers/promises";

export interface RepeatOptions {
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

export interface Repeated {
  /** Works at once instead of after the pause; one that is under way is followed by another. */
  wake(): void;
  /** Settles when the loop has ended. */
  readonly done: Promise<void>;
}

export function repeat(work: () => Promise<void>, { everyMs, signal, onError }: RepeatOptions): Repeated {
  let pause = new AbortController();
  let isWoken = false;

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      isWoken = false;
      await work().catch(onError);
      if (isWoken || signal.aborted) continue;
      pause = new AbortController();
      await pauseFor(everyMs, AbortSignal.any([pause.signal, signal]));
    }
  }

  return {
    wake() {
      isWoken = true;
      pause.abort();
    },
    done: loop(),
  };
}

/** Resolves after the time, or sooner when the signal aborts. */
export async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
