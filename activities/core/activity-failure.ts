// What leaves an activity as a failure: a code and a message of ours. Causes may hold secrets and stay in the log.
import { ApplicationFailure, CancelledFailure, Context, log } from "@temporalio/activity";
import { readReason } from "../../contracts/containers/container-reason-schema.ts";
import { plainReason, type ContainerReason } from "../../contracts/containers/container-reasons.ts";
import { describeReason } from "../../contracts/containers/reason-words.ts";
import { FleetError } from "../../contracts/core/errors.ts";

/** Wraps an activity so that only FleetError codes and messages, never causes, reach a Temporal history. */
export function guarded<Inputs extends unknown[], Result>(
  run: (...inputs: Inputs) => Promise<Result>,
): (...inputs: Inputs) => Promise<Result> {
  return async (...inputs) => {
    try {
      return await run(...inputs);
    } catch (error) {
      throw toFailure(error);
    }
  };
}

/** Failures that were made for Temporal pass; retryable FleetErrors are retried by the server, others are not. */
function toFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof FleetError) {
    log.warn("activity failed", { code: error.code, error });
    const reason = readReason(error.details?.["reason"]) ?? { code: "error", values: { error: error.code } };
    const { message, code: type, retryable } = error;
    return ApplicationFailure.create({ message, type, nonRetryable: !retryable, details: [reason] });
  }
  log.error("activity failed unexpectedly", { error });
  const reason = plainReason("unexpected_logged");
  return ApplicationFailure.create({ message: describeReason(reason), type: "INTERNAL", details: [reason] });
}

/** Not retried; its details carry the reason, for the workflow. */
export function reasonFailure(type: string, reason: ContainerReason): ApplicationFailure {
  return ApplicationFailure.nonRetryable(describeReason(reason), type, reason);
}

/**
 * Heartbeats while `work` runs, so that a lost worker is noticed and a cancellation arrives. Waits for `work` also when
 * it is cancelled: what goes on in the background would undo what the workflow does next.
 */
export async function withHeartbeat<T>(everyMs: number, work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** For waits that are long and harmless to leave, such as a drain: a cancellation ends the waiting at once. */
export async function unlessCancelled<T>(waiting: Promise<T>): Promise<T> {
  return await Promise.race([waiting, Context.current().cancelled]);
}
