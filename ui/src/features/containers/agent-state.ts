// From a container's phase to what a person sees of it.
import type { ContainerPhase } from "../../../../contracts/containers/agent-container.ts";
import type { BadgeStatus } from "../../components/status-badge.tsx";

/** Only the newest cause distinguishes a requested stop from an idle one. */
export const BADGE_OF_PHASE: Readonly<Record<ContainerPhase, BadgeStatus>> = {
  never_started: "neverStarted",
  creating: "starting",
  booting: "starting",
  ready: "running",
  restarting: "restarting",
  backing_off: "retrying",
  stopping: "stopping",
  asleep: "asleep",
  failed: "error",
};

/** The key of the sentence in the texts of `home`; `ready` has one of its own, with times in it. */
export const SENTENCE_OF_PHASE = {
  never_started: "neverStarted",
  creating: "starting",
  booting: "starting",
  restarting: "restarting",
  backing_off: "retrying",
  stopping: "stopping",
  asleep: "asleep",
  failed: "failed",
} as const satisfies Record<Exclude<ContainerPhase, "ready">, string>;
