// Turns what went wrong into causes and reasons. Messages of ours may be shown, others may not.
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from "@temporalio/workflow";
import type { ContainerLoss } from "../../activities/containers/agent-container.ts";
import type { EngineObservation } from "../../contracts/containers/agent-container.ts";
import { readReason } from "../../contracts/containers/container-reason-schema.ts";
import { plainReason } from "../../contracts/containers/container-reasons.ts";

/** The reason of a failed activity. An activity of an earlier release gave it in its message alone. */
export function failureOf(error: unknown): ContainerLoss {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure)
    return { cause: "start_failed", reason: readReason(cause.details?.[0] ?? cause.message) };
  if (cause instanceof TimeoutFailure) return { cause: "start_failed", reason: plainReason("took_too_long") };
  return { cause: "start_failed", reason: plainReason("unexpected") };
}

export function lossOf(observation: EngineObservation): ContainerLoss {
  switch (observation.kind) {
    case "exited":
      return { cause: "crashed", reason: { code: "exited", values: { exitCode: observation.exitCode } } };
    case "out_of_memory":
      return { cause: "out_of_memory", reason: plainReason("out_of_memory") };
    case "removed":
      return { cause: "removed_outside", reason: plainReason("removed_outside") };
    case "unhealthy":
      return { cause: "unhealthy", reason: plainReason("silent") };
  }
}
