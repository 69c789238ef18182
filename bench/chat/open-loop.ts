// Load that does not wait for answers: requests are sent at scheduled times, and each is timed from its scheduled time, so that
// a stall of the server delays the requests that came during it too, instead of hiding them.
import type { Dispatcher } from "undici";
import { quantile } from "../support/statistics.ts";

/** With more open requests than this, the server no longer keeps up. */
const OPEN_MAX = 1_500;

export interface Load {
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Outcome {
  /** To the first byte of the body, from the moment at which the request was due. Ascending. */
  readonly firstByteMs: readonly number[];
  /** Requests per second that were answered completely with 200, over the time that it took to answer all. */
  readonly answeredPerSecond: number;
  readonly failed: number;
}

/** The `index`-th request. */
export type RequestOf = (index: number) => Dispatcher.DispatchOptions;

/** Resolves once every request has ended. @throws if none was answered */
export async function openLoop(to: Dispatcher, requestOf: RequestOf, { perSecond, seconds }: Load): Promise<Outcome> {
  const count = Math.round(perSecond * seconds);
  const startedAt = performance.now();
  const dueAt = (index: number): number => startedAt + (index * 1_000) / perSecond;
  const answers: Promise<number | null>[] = [];
  let open = 0;
  const send = async (index: number): Promise<number | null> => {
    if (open >= OPEN_MAX) return null;
    open += 1;
    const firstByteAt = await sent(to, requestOf(index));
    open -= 1;
    return firstByteAt === null ? null : firstByteAt - dueAt(index);
  };
  await new Promise<void>((resolve) => {
    const next = (): void => {
      while (answers.length < count && dueAt(answers.length) <= performance.now()) answers.push(send(answers.length));
      if (answers.length === count) resolve();
      else setTimeout(next, Math.max(0, dueAt(answers.length) - performance.now()));
    };
    next();
  });
  const firstByteMs = (await Promise.all(answers)).filter((ms) => ms !== null).toSorted((a, b) => a - b);
  if (firstByteMs.length === 0) throw new Error("No chat was answered.");
  const tookSeconds = Math.max(seconds, (performance.now() - startedAt) / 1_000);
  return { firstByteMs, answeredPerSecond: firstByteMs.length / tookSeconds, failed: count - firstByteMs.length };
}

export function percentile({ firstByteMs }: Outcome, share: number): number {
  return quantile(firstByteMs, share);
}

/** When the body began; null if it did not begin or is incomplete. */
function sent(to: Dispatcher, options: Dispatcher.DispatchOptions): Promise<number | null> {
  return new Promise((resolve) => {
    let status = 0;
    let firstByteAt: number | null = null;
    to.dispatch(options, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => void (status = statusCode),
      onResponseData: () => void (firstByteAt ??= performance.now()),
      onResponseEnd: () => resolve(status === 200 ? firstByteAt : null),
      onResponseError: () => resolve(null),
    });
  });
}
