// The life of one lease of a credential: it waits for the expiry, records it, and lets the credential rest where asked.
// Nothing depends on it but the record: acquire goes by `expires_at` alone, and heartbeats go to Postgres.
import { condition, continueAsNew, proxyActivities, sleep, workflowInfo } from "@temporalio/workflow";
import type { CredentialLeaseActivities } from "../../activities/leases/credential-lease.ts";
import type {
  CredentialLeaseEnding,
  CredentialLeaseInput,
  CredentialLeaseResult,
} from "../../contracts/leases/credential-lease-workflow.ts";
import { credentialLeaseInputSchema } from "../../contracts/leases/lease-messages.ts";
import { parseInput } from "../core/parse-input.ts";
import { clock, show, span } from "./credential-lease-display.ts";
import { initialState, registerHandlers, type CredentialLeaseState } from "./credential-lease-state.ts";

const LOOK_TIMEOUT_MS = 30_000;
/** At the very moment of its expiry a lease still holds. */
const AFTER_EXPIRY_MS = 1;

const { settleLease, endCoolDown } = proxyActivities<CredentialLeaseActivities>({
  startToCloseTimeout: LOOK_TIMEOUT_MS,
  // For as long as the database is unavailable; what is late then is recorded late.
  retry: { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 10_000 },
});

const ENDINGS: Readonly<Record<CredentialLeaseEnding["how"], string>> = {
  released: "Released by its holder.",
  quarantined: "Quarantined by its holder.",
  force_released: "A maintainer took it away.",
};

export async function credentialLease(input: CredentialLeaseInput): Promise<CredentialLeaseResult> {
  const state = initialState(parseInput(credentialLeaseInputSchema, input));
  registerHandlers(state);
  const result = await holdUntilItEnds(state);
  if (state.coolUntilMs !== null) await coolDown(state);
  state.phase = "ended";
  show(state);
  return result;
}

/** Sleeps until the known expiry or a message, reads the lease, and repeats that until the lease has ended. */
async function holdUntilItEnds(state: CredentialLeaseState): Promise<CredentialLeaseResult> {
  const { leaseId, credentialId, ownerId } = state.input;
  state.reason = `${span(state.expiresAtMs - Date.now())} left when it was leased.`;
  // From here on spans are measured by the database: its clock and Temporal's need not agree.
  let leftMs = Math.max(0, state.expiresAtMs - Date.now());
  let looked = 0;
  for (;;) {
    show(state);
    const summary = `until ${clock(state.expiresAtMs)}, unless a heartbeat moved it`;
    const { shortenings } = state;
    const isTold = () => state.ending !== null || state.shortenings > shortenings || state.hints > looked;
    await condition(isTold, leftMs + AFTER_EXPIRY_MS, { summary });
    if (state.ending !== null) return endAs(state, state.ending);
    if (state.shortenings > shortenings) {
      leftMs = Math.max(0, state.expiresAtMs - Date.now());
      state.reason = `${span(leftMs)} left at ${clock(Date.now())}, when a heartbeat brought the end forward.`;
      continue;
    }
    // Set before the read: a message that arrives during it is about something newer.
    looked = state.hints;
    const look = await settleLease.executeWithOptions({ summary: `has ${short(ownerId)} kept it?` }, [
      { leaseId, credentialId },
    ]);
    switch (look.state) {
      case "held":
        leftMs = look.leftMs;
        state.expiresAtMs = look.expiresAtMs;
        state.reason = `${span(leftMs)} left at ${clock(Date.now())}, when it was looked at.`;
        if (workflowInfo().continueAsNewSuggested && state.ending === null && state.hints === looked) {
          await continueAsNew<typeof credentialLease>({ ...state.input, expiresAtMs: look.expiresAtMs });
        }
        continue;
      case "expired":
        state.coolUntilMs = look.coolUntilMs;
        state.reason = expiryReason(state, look.quarantined);
        return { outcome: "expired", quarantined: look.quarantined };
      case "gone":
        return endAs(state, state.ending ?? look.ending ?? null);
    }
  }
}

/** `ending` null: there is no record of how it ended. */
function endAs(state: CredentialLeaseState, ending: CredentialLeaseEnding | null): CredentialLeaseResult {
  if (ending === null) {
    state.reason = "The credential has no record of this lease any more.";
    return { outcome: "gone", quarantined: false };
  }
  const { how, coolUntilMs } = ending;
  state.coolUntilMs = coolUntilMs;
  state.reason = ENDINGS[how];
  return { outcome: how, quarantined: how === "quarantined" };
}

function expiryReason({ input, expiresAtMs }: CredentialLeaseState, quarantined: boolean): string {
  const why = expiresAtMs === input.mustEndAtMs ? "It reached the maximum lifetime of its kind" : "Nobody renewed it in time";
  return quarantined ? `${why}; the credential is out of use until a maintainer enables it.` : `${why}.`;
}

/** A maintainer may end the rest sooner or prolong it: the time is read again when it has come. */
async function coolDown(state: CredentialLeaseState): Promise<void> {
  const { leaseId, credentialId } = state.input;
  state.phase = "cooling_down";
  let leftMs = Math.max(0, (state.coolUntilMs ?? 0) - Date.now());
  while (state.coolUntilMs !== null) {
    show(state);
    await sleep(leftMs + AFTER_EXPIRY_MS, { summary: `rests until ${clock(state.coolUntilMs)}` });
    const rest = await endCoolDown.executeWithOptions({ summary: "may it be leased again?" }, [{ leaseId, credentialId }]);
    state.coolUntilMs = rest.isOver ? null : rest.coolUntilMs;
    leftMs = rest.isOver ? 0 : rest.leftMs;
  }
}

function short(ownerId: string): string {
  return ownerId.length > 60 ? `${ownerId.slice(0, 59)}…` : ownerId;
}
