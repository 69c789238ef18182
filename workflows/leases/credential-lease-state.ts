// What the workflow credentialLease knows, and how its messages change it. No commands are issued here.
import { patched, setHandler } from "@temporalio/workflow";
import type {
  CredentialLeaseEnding,
  CredentialLeaseInput,
  CredentialLeaseStatus,
} from "../../contracts/leases/credential-lease-workflow.ts";
import { endedSignal, shortenedSignal, statusQuery } from "./message-definitions.ts";

/** Set in histories of runs that read the lease when a message arrives. Earlier runs trusted the message. */
export const CHECKED_LEASE_MESSAGES = "checked-lease-messages";

export interface CredentialLeaseState {
  readonly input: CredentialLeaseInput;
  phase: CredentialLeaseStatus["phase"];
  reason: string;
  /** As read last; heartbeats move it in Postgres. */
  expiresAtMs: number;
  coolUntilMs: number | null;
  /** Counts messages. A message only says that the lease may have changed: the change is read from Postgres. */
  hints: number;
  /** In runs that trusted messages: those that brought the expiry forward. */
  shortenings: number;
  /** In runs that trusted messages: how someone ended the lease. */
  ending: CredentialLeaseEnding | null;
}

export function initialState(input: CredentialLeaseInput): CredentialLeaseState {
  const { expiresAtMs } = input;
  return { input, phase: "held", reason: "", expiresAtMs, coolUntilMs: null, hints: 0, shortenings: 0, ending: null };
}

/** Call before the first await of the workflow, so that no message of the start is lost. */
export function registerHandlers(state: CredentialLeaseState): void {
  setHandler(
    endedSignal,
    (ending) => {
      if (patched(CHECKED_LEASE_MESSAGES)) state.hints += 1;
      else state.ending ??= ending;
    },
    { description: "The lease was released, or force-released, before it expired." },
  );
  setHandler(
    shortenedSignal,
    (shortened) => {
      if (patched(CHECKED_LEASE_MESSAGES)) {
        state.hints += 1;
        return;
      }
      state.expiresAtMs = shortened.expiresAtMs;
      state.shortenings += 1;
    },
    { description: "A heartbeat requested less time than was left." },
  );
  setHandler(
    statusQuery,
    ({ phase, reason, expiresAtMs, coolUntilMs } = state) => ({ phase, reason, expiresAtMs, coolUntilMs }),
    { description: "Phase, and the times that the workflow read last." },
  );
}
