// Calls to the Docker engine: a deadline for each, and its failures as FleetErrors.
import { plainReason } from "../../contracts/containers/container-reasons.ts";
import { reasonError } from "../../contracts/containers/reason-words.ts";
import { FleetError } from "../../contracts/core/errors.ts";

/** What the engine answers to at once when it is well. */
export const QUICK_CALL_TIMEOUT_MS = 10_000;
/** Creating, starting and removing touch the disk. */
export const SLOW_CALL_TIMEOUT_MS = 60_000;
/** The engine's own time to kill and clean up, on top of a stop's grace. */
export const STOP_MARGIN_MS = 20_000;

export const HTTP_NOT_MODIFIED = 304;
/** Among others: the subnet is taken. */
export const HTTP_FORBIDDEN = 403;
export const HTTP_NOT_FOUND = 404;
export const HTTP_CONFLICT = 409;

/**
 * Runs one engine call under a deadline.
 * @throws FleetError ENGINE_UNAVAILABLE for everything that fails. The engine's words stay in the cause: they are logged, not shown.
 */
export async function engineCall<T>(timeoutMs: number, work: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await raceAbort(work(deadline), deadline);
  } catch (cause) {
    throw asFleetError(cause);
  }
}

/** The same, but an answer of one of `statuses` gives null: gone already, stopped already. */
export async function engineCallUnless<T>(
  statuses: readonly number[],
  timeoutMs: number,
  work: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  try {
    return await engineCall(timeoutMs, work);
  } catch (error) {
    const status = engineStatus(error);
    if (status !== null && statuses.includes(status)) return null;
    throw error;
  }
}

/** The HTTP status that the engine refused with, also through a FleetError's cause; null when it did not answer. */
export function engineStatus(error: unknown): number | null {
  if (error instanceof FleetError) return engineStatus(error.cause);
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return null;
  return typeof error.statusCode === "number" ? error.statusCode : null;
}

export function asFleetError(cause: unknown): FleetError {
  if (cause instanceof FleetError) return cause;
  const status = engineStatus(cause);
  const reason = status === null ? plainReason("engine_silent") : ({ code: "engine_refused", values: { status } } as const);
  return reasonError("ENGINE_UNAVAILABLE", reason, { retryAfterSeconds: 10, cause });
}

/** The socket may hang in a way that its own abort does not end; the caller is released anyway. */
async function raceAbort<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(deadline.reason);
    deadline.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    deadline.removeEventListener("abort", onAbort);
  }
}
