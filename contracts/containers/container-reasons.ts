// Why a container is not well, as a closed set: stored and told as a sentence, and read back for translating it.

const CONTAINER_REASON_CODES = [
  "removed_outside",
  "removed_at_start",
  "removed_before_ready",
  "paused_outside",
  "record_changed",
  "silent",
  "out_of_memory",
  "never_ready",
  "not_ready_in_time",
  "took_too_long",
  "superseded",
  "exited",
  "exited_at_start",
  "config_refused",
  "control_plane_unreachable",
  "image_missing",
  "engine_silent",
  "engine_refused",
  "name_taken",
  "isolation_unproven",
  "unexpected",
  "unexpected_logged",
] as const;
export type ContainerReasonCode = (typeof CONTAINER_REASON_CODES)[number];

const VALUE = "{value}";

const SENTENCES: Readonly<Record<ContainerReasonCode, string>> = {
  removed_outside: "It was removed from outside.",
  removed_at_start: "It was removed while it started.",
  removed_before_ready: "The container was removed while it was being started.",
  paused_outside: "It was paused from outside.",
  record_changed: "Its record was changed from outside.",
  silent: "It no longer answers.",
  out_of_memory: "It needed more memory than it may use.",
  never_ready: "It never became ready.",
  not_ready_in_time: `It was not ready within ${VALUE} s.`,
  took_too_long: "It took too long.",
  superseded: "Another start was made meanwhile.",
  exited: `It ended with exit code ${VALUE}.`,
  exited_at_start: `It ended while it started, with exit code ${VALUE}.`,
  config_refused: "Its configuration was refused (exit code 78).",
  control_plane_unreachable: "It could not reach the control plane (exit code 69).",
  image_missing: `The agent image ${VALUE} is not in the container engine. Build it, or set MOSAIC_AGENT_IMAGE.`,
  engine_silent: "The container engine does not answer. Check that Docker is running.",
  engine_refused: `The container engine refused a call with status ${VALUE}. Its own log tells why.`,
  name_taken: `A container named ${VALUE} exists that this installation did not make. Remove or rename it.`,
  isolation_unproven:
    "Agents cannot start because their isolation from this network has not been proven. Administrators find the reason under System.",
  unexpected: "Something unexpected happened.",
  unexpected_logged: "Something unexpected happened; the worker's log knows more.",
};

/** The sentence of a reason. `value` is what it names: an exit code, an image, seconds. */
export function containerReason(code: ContainerReasonCode, value: string | number = ""): string {
  return SENTENCES[code].replace(VALUE, String(value));
}

export interface KnownContainerReason {
  readonly code: ContainerReasonCode;
  readonly value: string;
}

/** Null for words of someone else, such as an engine's or a person's. */
export function readContainerReason(text: string): KnownContainerReason | null {
  for (const code of CONTAINER_REASON_CODES) {
    const [head = "", tail] = SENTENCES[code].split(VALUE);
    if (tail === undefined) {
      if (text === head) return { code, value: "" };
    } else if (text.length > head.length + tail.length && text.startsWith(head) && text.endsWith(tail)) {
      return { code, value: text.slice(head.length, text.length - tail.length) };
    }
  }
  return null;
}
