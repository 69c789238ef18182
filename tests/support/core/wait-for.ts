// Waiting for a condition instead of sleeping.
import { setTimeout as delay } from "node:timers/promises";

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly everyMs?: number;
  /** Named in the error when the time is up. */
  readonly what: string;
}

/** Calls `probe` until it gives a value other than null, undefined or false. @throws when the time is up. */
export async function waitFor<T>(
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  options: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  let last: unknown = null;
  for (;;) {
    try {
      const value = await probe();
      if (value !== null && value !== undefined && value !== false) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`Not within ${options.timeoutMs} ms: ${options.what}. Last: ${String(last)}`, { cause: last });
    }
    await delay(options.everyMs ?? 100);
  }
}
