// One request to a gateway and its answer, pulled chunk by chunk; the connection is reused if the answer is read to its end.
import type { Dispatcher } from "undici";

/** Buffered for a reader that is slower than the gateway; beyond this, the gateway waits. */
const KEPT_MAX_BYTES = 64 * 1024;
/** How much, and for how long, we read on after the reader stops: usually only the end of the stream is left. */
const REST_MAX_BYTES = 64 * 1024;
const REST_TIMEOUT_MS = 1_000;

const ERROR_BODY_MAX_BYTES = 64 * 1024;
/** An error whose body takes longer is reported only by its status. */
const ERROR_BODY_TIMEOUT_MS = 5_000;

export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Each chunk is everything that has arrived. Read to the end or stop: both return the connection to the pool. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Aborts the answer and closes its connection: iterating `bytes` throws. */
  cancel(): void;
}

export interface AnswerLimits {
  readonly signal: AbortSignal;
  /** From the request to the end of the answer. */
  readonly totalMs: number;
}

/**
 * Resolves when the answer begins. Rejects, and ends the iteration of `bytes`, with undici's errors, the signal's reason or a
 * TimeoutError.
 */
export function ask(to: Dispatcher, options: Dispatcher.DispatchOptions, limits: AnswerLimits): Promise<GatewayAnswer> {
  return new Promise((begun, failed) => {
    if (limits.signal.aborted) failed(limits.signal.reason);
    else to.dispatch(options, new Reading({ ...limits, begun, failed }));
  });
}

interface Asked extends AnswerLimits {
  readonly begun: (answer: GatewayAnswer) => void;
  readonly failed: (error: unknown) => void;
}

interface Waiting {
  readonly give: (result: IteratorResult<Uint8Array, void>) => void;
  readonly fail: (error: unknown) => void;
}

class Reading implements Dispatcher.DispatchHandler, AsyncIterableIterator<Uint8Array, void> {
  readonly #asked: Asked;
  #controller: Dispatcher.DispatchController | undefined;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** How it ended; undefined until it has. */
  #end: { readonly error?: unknown } | undefined;
  #waiting: Waiting | undefined;
  #rest: NodeJS.Timeout | undefined;
  readonly #overdue: NodeJS.Timeout;
  readonly #abort = (): void => this.#finish({ error: this.#asked.signal.reason });

  constructor(asked: Asked) {
    this.#asked = asked;
    asked.signal.addEventListener("abort", this.#abort);
    this.#overdue = setTimeout(
      () => this.#finish({ error: new DOMException("The answer took too long.", "TimeoutError") }),
      asked.totalMs,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#end !== undefined) controller.abort(abandoned());
  }

  onResponseStart(...[, statusCode, headers]: Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>): void {
    if (statusCode >= 200)
      this.#asked.begun({ statusCode, headers, bytes: this, cancel: () => this.#finish({ error: abandoned() }) });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#keptBytes += chunk.length;
    if (this.#rest !== undefined) {
      if (this.#keptBytes > REST_MAX_BYTES) this.#finish({});
      return;
    }
    this.#kept.push(chunk);
    if (this.#waiting !== undefined) this.#answer(this.#waiting);
    else if (this.#keptBytes > KEPT_MAX_BYTES) controller.pause();
  }

  onResponseEnd(): void {
    this.#controller = undefined;
    this.#finish({});
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#controller = undefined;
    this.#finish({ error });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, void>> {
    return new Promise((give, fail) => this.#answer({ give, fail }));
  }

  return(): Promise<IteratorResult<Uint8Array, void>> {
    this.#kept = [];
    this.#keptBytes = 0;
    if (this.#end === undefined) {
      this.#rest = setTimeout(() => this.#finish({}), REST_TIMEOUT_MS);
      this.#controller?.resume();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  /** From the buffer if it has bytes, else with the end if it has come, else later. */
  #answer(waiting: Waiting): void {
    const { give, fail } = waiting;
    this.#waiting = undefined;
    const [first, ...more] = this.#kept;
    if (first !== undefined) {
      this.#kept = [];
      this.#keptBytes = 0;
      this.#controller?.resume();
      give({ done: false, value: more.length === 0 ? first : Buffer.concat([first, ...more]) });
    } else if (this.#end === undefined) this.#waiting = waiting;
    else if ("error" in this.#end) fail(this.#end.error);
    else give({ done: true, value: undefined });
  }

  /** The first end counts. An answer that is cut off closes its connection. */
  #finish(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    clearTimeout(this.#rest);
    clearTimeout(this.#overdue);
    this.#asked.signal.removeEventListener("abort", this.#abort);
    this.#controller?.abort(abandoned());
    // Has no effect if the answer has begun.
    if ("error" in end) this.#asked.failed(end.error);
    if (this.#waiting !== undefined) this.#answer(this.#waiting);
  }
}

function abandoned(): Error {
  return new Error("The answer is no longer needed.");
}

/** Text of an error body for its message; one that breaks off gives none, for the status says enough. */
export async function readErrorText({ bytes, cancel }: Pick<GatewayAnswer, "bytes" | "cancel">): Promise<string> {
  const late = setTimeout(cancel, ERROR_BODY_TIMEOUT_MS);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of bytes) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= ERROR_BODY_MAX_BYTES) break;
    }
  } catch {
    return "";
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks).toString("utf8");
}
