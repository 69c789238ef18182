// Why a container is in its state: a closed set of codes with the values that each names, worded where it is shown. No validator.

/** Reasons that name nothing. */
export const PLAIN_REASONS = [
  // On the way up.
  "woken",
  "always_on",
  "creating",
  "booting",
  "ready",
  // On the way down, or not.
  "idle",
  "config_changed",
  "not_running",
  "used_again",
  "keeps_running",
  "deleting",
  "deleted",
  "not_deleted",
  "memory_newer",
  "agent_disabled",
  "agent_removed",
  // What the reconciler found.
  "missing",
  "orphan_removed",
  // What went wrong.
  "gave_up",
  "removed_outside",
  "removed_at_start",
  "removed_before_ready",
  "paused_outside",
  "record_changed",
  "silent",
  "out_of_memory",
  "never_ready",
  "took_too_long",
  "superseded",
  "config_refused",
  "control_plane_unreachable",
  "engine_silent",
  "network_vanished",
  "no_free_subnet",
  "isolation_unproven",
  "unexpected",
  "unexpected_logged",
] as const;
export const EXIT_REASONS = ["exited", "exited_at_start"] as const;
/** What has the name of something of ours in the engine, and is not ours. */
export const NAME_REASONS = ["name_taken", "volume_taken", "network_taken"] as const;
/** `given`: as a person wrote it. `other`: a sentence of another release. `account_deactivated`: with an administrator's words. */
export const TEXT_REASONS = ["given", "account_deactivated", "other"] as const;

export type PlainReasonCode = (typeof PLAIN_REASONS)[number];

export type ContainerReason =
  | { readonly code: PlainReasonCode; readonly values: Readonly<Record<string, never>> }
  | { readonly code: (typeof EXIT_REASONS)[number]; readonly values: { readonly exitCode: number | null } }
  | { readonly code: (typeof NAME_REASONS)[number]; readonly values: { readonly name: string } }
  | { readonly code: (typeof TEXT_REASONS)[number]; readonly values: { readonly text: string } }
  /** A start after failures. */
  | { readonly code: "attempt"; readonly values: { readonly attempt: number } }
  | { readonly code: "not_ready_in_time"; readonly values: { readonly seconds: number } }
  | { readonly code: "image_missing"; readonly values: { readonly image: string } }
  /** With the engine's HTTP status. */
  | { readonly code: "engine_refused"; readonly values: { readonly status: number } }
  /** An error of the product, by its code. */
  | { readonly code: "error"; readonly values: { readonly error: string } };
export type ContainerReasonCode = ContainerReason["code"];

export function plainReason(code: PlainReasonCode): ContainerReason {
  return { code, values: {} };
}

/** What a person wrote; null if they wrote nothing. */
export function givenReason(text: string): ContainerReason | null {
  return text === "" ? null : { code: "given", values: { text } };
}

const CODES: ReadonlySet<unknown> = new Set<ContainerReasonCode>([
  ...[...PLAIN_REASONS, ...EXIT_REASONS, ...NAME_REASONS, ...TEXT_REASONS],
  ...(["attempt", "not_ready_in_time", "image_missing", "engine_refused", "error"] as const),
]);

/** For the browser, which has no validator: a code of this release, from the api of the same release. */
export function isContainerReason(value: unknown): value is ContainerReason {
  return typeof value === "object" && value !== null && "code" in value && "values" in value && CODES.has(value.code);
}
