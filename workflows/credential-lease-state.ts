// What the workflow credentialLease knows, and how its messages change it. No commands are issued here.
import { setHandler } from "@temporalio/workflow";
import type {
  CredentialLeaseEnding,
  CredentialLeaseInput,
  CredentialLeaseStatus,
} from "../contracts/credential-lease-workflow.ts";
import { endedSignal, shortenedSignal, statusQuery } from "./messages/credential-lease.ts";

export interface CredentialLeaseState {
  readonly input: CredentialLeaseInput;
  phase: CredentialLeaseStatus["phase"];
  reason: string;
  /** As read last; heartbeats move it in Postgres. */
  expiresAtMs: number;
  coolUntilMs: number | null;
  /** Counts messages that brought the expiry forward, so that the one who sleeps until the later one wakes. */
  shortenings: number;
  /** Set by the signal: somebody ended the lease. */
  ending: CredentialLeaseEnding | null;
}

export function initialState(input: CredentialLeaseInput): CredentialLeaseState {
  return { input, phase: "held", reason: "", expiresAtMs: input.expiresAtMs, coolUntilMs: null, shortenings: 0, ending: null };
}

/** Call before the first await of the workflow, so that no message of the start is lost. */
export function registerHandlers(state: CredentialLeaseState): void {
  setHandler(
    endedSignal,
    (ending) => {
      state.ending ??= ending;
    },
    { description: "The lease was given back, or taken away, before it expired." },
  );
  setHandler(
    shortenedSignal,
    ({ expiresAtMs }) => {
      state.expiresAtMs = expiresAtMs;
      state.shortenings += 1;
    },
    { description: "A heartbeat asked for less time than was left." },
  );
  setHandler(
    statusQuery,
    ({ phase, reason, expiresAtMs, coolUntilMs } = state) => ({ phase, reason, expiresAtMs, coolUntilMs }),
    { description: "Phase, and the times that the workflow read last." },
  );
}
