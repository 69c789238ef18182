// Reasons of containers in English: for the command line, Temporal's Web UI, errors, and the English web interface.
import { FleetError, type ErrorCode, type FleetErrorOptions } from "../core/errors.ts";
import type { ContainerReason, ContainerReasonCode } from "./container-reasons.ts";

/** A value stands where its name is in braces. */
export const REASON_SENTENCES = {
  woken: "Woken by a message.",
  always_on: "Always on.",
  creating: "Creating the container.",
  booting: "OpenClaw is starting.",
  ready: "Ready.",
  idle: "Idle: no activity.",
  config_changed: "The configuration changed.",
  not_running: "The container was not running.",
  used_again: "Used again before it stopped.",
  keeps_running: "Keeps running.",
  deleting: "Deleting the agent and its memory.",
  deleted: "Deleted with its memory.",
  not_deleted: "Not deleted: the memory is newer than the request, or the request is not on record.",
  memory_newer: "Not deleted: the memory is newer than the request. Request the deletion again if it is still wanted.",
  agent_disabled: "This system agent was switched off.",
  agent_removed: "This system agent was deleted.",
  missing: "The container was missing. The next message starts the agent again.",
  orphan_removed: "A container that no agent uses any more was removed.",
  gave_up: "Too many failures in a row. The next message tries again.",
  removed_outside: "The container was removed externally.",
  removed_at_start: "The container was removed during the start.",
  removed_before_ready: "The container was removed during the start.",
  paused_outside: "The container was paused externally.",
  record_changed: "The container's record was changed externally.",
  silent: "The agent stopped responding.",
  out_of_memory: "The agent exceeded its memory limit.",
  never_ready: "The agent never became ready.",
  took_too_long: "The operation timed out.",
  superseded: "Another start replaced this one.",
  config_refused: "OpenClaw rejected its configuration (exit code 78).",
  control_plane_unreachable: "The container could not reach the control plane (exit code 69).",
  engine_silent: "The container engine is not responding. Check that Docker is running.",
  network_vanished: "The agents' network disappeared right after it was created.",
  no_free_subnet: "No free private subnet is left for the agents' network. Remove unused Docker networks.",
  isolation_unproven:
    "Agents cannot start because their isolation from this network has not been proven. Administrators find the reason under System.",
  unexpected: "An unexpected error occurred.",
  unexpected_logged: "An unexpected error occurred. See the worker's log.",
  exited: "The container exited with code {exitCode}.",
  exited_at_start: "The container exited during the start with code {exitCode}.",
  name_taken: "A container named {name} already exists and does not belong to this installation. Remove or rename it.",
  volume_taken: "A volume named {name} already exists and does not belong to this agent. Remove or rename it.",
  network_taken: "A Docker network named {name} already exists and does not belong to this installation. Remove or rename it.",
  given: "{text}",
  account_deactivated: "The account was deactivated: {text}",
  other: "{text}",
  attempt: "Attempt {attempt} after a failure.",
  not_ready_in_time: "The agent was not ready within {seconds} seconds.",
  image_missing: "The agent image {image} is not in the container engine. Build it or set MOSAIC_AGENT_IMAGE.",
  engine_refused: "The container engine rejected a call with status {status}. See the engine's log.",
  error: "Failed with the error {error}. See the worker's log.",
} as const satisfies Readonly<Record<ContainerReasonCode, string>>;

const UNKNOWN = "unknown";

export function describeReason({ code, values }: ContainerReason): string {
  const known = new Map<string, string | number | null>(Object.entries(values));
  return REASON_SENTENCES[code].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(known.get(name) ?? UNKNOWN));
}

/** An error that says why a container is in its state; its details carry the reason. */
export function reasonError(code: ErrorCode, reason: ContainerReason, options: FleetErrorOptions = {}): FleetError {
  return new FleetError(code, describeReason(reason), { ...options, details: { ...options.details, reason } });
}
