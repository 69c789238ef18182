// What operators read in Temporal's Web UI about a lease. Owners choose their names, which are therefore shown as code.
import { setCurrentDetails } from "@temporalio/workflow";
import type { CredentialLeaseState } from "./credential-lease-state.ts";

/** `2026-11-21 14:33:20 UTC`, rounded up, so that the shown time is never too early. */
export function clock(ms: number): string {
  return `${new Date(Math.ceil(ms / 1_000) * 1_000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `1 h 5 min`, `20 min`, `45 s`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function show(state: CredentialLeaseState): void {
  const { kind, ownerId, credentialId } = state.input;
  const lines = [`**${headline(state)}**: ${state.reason}`, "", `- kind \`${plain(kind)}\``, `- owner \`${plain(ownerId)}\``];
  setCurrentDetails([...lines, `- credential \`${credentialId}\``, "", `Next: ${next(state)}`].join("\n"));
}

function headline({ phase, expiresAtMs, coolUntilMs }: CredentialLeaseState): string {
  switch (phase) {
    case "held":
      return `held until ${clock(expiresAtMs)} at least`;
    case "cooling_down":
      return `cooling down until ${clock(coolUntilMs ?? 0)}`;
    case "ended":
      return "ended";
  }
}

function next({ phase }: CredentialLeaseState): string {
  switch (phase) {
    case "held":
      return "At that time the expiry is read again, because heartbeats move it; if it has passed, it is recorded.";
    case "cooling_down":
      return "Then the credential is free, and callers waiting for its kind are notified.";
    case "ended":
      return "The run ends.";
  }
}

function plain(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f`]/g, "\uFFFD");
}
