// Turns what went wrong into the words and causes that people read. Messages of ours may be shown, others may not.
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from "@temporalio/workflow";
import type { ContainerLoss } from "../../activities/containers/agent-container.ts";
import type { EngineObservation } from "../../contracts/containers/agent-container.ts";
import { containerReason } from "../../contracts/containers/container-reasons.ts";

/** The reason of a failed activity, in words for the container's owner. */
export function failureOf(error: unknown): ContainerLoss {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return { cause: "start_failed", reason: cause.message };
  if (cause instanceof TimeoutFailure) return { cause: "start_failed", reason: containerReason("took_too_long") };
  return { cause: "start_failed", reason: containerReason("unexpected") };
}

export function lossOf(observation: EngineObservation): ContainerLoss {
  switch (observation.kind) {
    case "exited":
      return { cause: "crashed", reason: containerReason("exited", observation.exitCode ?? "unknown") };
    case "out_of_memory":
      return { cause: "out_of_memory", reason: containerReason("out_of_memory") };
    case "removed":
      return { cause: "removed_outside", reason: containerReason("removed_outside") };
    case "unhealthy":
      return { cause: "unhealthy", reason: containerReason("silent") };
  }
}
