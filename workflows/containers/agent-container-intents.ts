// Restart, stop and removal: the signals are hints, and take effect when the record says the same.
import { log, patched, setHandler } from "@temporalio/workflow";
import { readGivenReason } from "../../contracts/containers/container-reason-schema.ts";
import type { IntentKind } from "../../contracts/containers/container-intents.ts";
import { admitIntent } from "./agent-container-activities.ts";
import { failureOf } from "./agent-container-failure.ts";
import { actorOf, intentIdOf } from "./agent-container-messages.ts";
import { isReady, refuseWaiting, type Asked, type ContainerState } from "./agent-container-state.ts";
import * as messages from "./message-definitions.ts";

/** Set in histories of runs that check messages against the records. Runs that began before obeyed them. */
export const CHECKED_MESSAGES = "checked-messages";
/** Set in histories of runs that ignored a repeated delivery. */
const OBEYED_ONCE = "obeyed-once";

/** Call before the first await of the workflow, so that no message of the start is lost. */
export function registerIntentHandlers(state: ContainerState): void {
  setHandler(messages.restartSignal, (message) => receive(state, "restart", message));
  setHandler(messages.stopSignal, (message) => receive(state, "stop", message));
  setHandler(messages.retireSignal, (message) => receive(state, "retire", message));
}

/** One after the other, so that of contrary ones the last counts. */
async function receive(state: ContainerState, kind: IntentKind, message: unknown): Promise<void> {
  state.arrivals += 1;
  const hint = { kind, arrival: state.arrivals };
  if (!patched(CHECKED_MESSAGES)) return obey(state, hint, actorOf(message));
  state.unchecked += 1;
  state.checking = state.checking.then(() => check(state, hint, intentIdOf(message)));
  await state.checking;
}

interface Hint {
  readonly kind: IntentKind;
  /** The position of the message among those that request or end something. */
  readonly arrival: number;
}

async function check(state: ContainerState, hint: Hint, intentId: string | null): Promise<void> {
  const { kind } = hint;
  const { tenant } = state.input;
  const summary = `is this ${kind} on record?`;
  try {
    const intent = await admitIntent.executeWithOptions({ summary }, [{ tenant, kind, intentId }]);
    if (intent === null) log.warn("a message that is not on record, or was done, is ignored", { kind });
    else if (state.obeyed.has(intent.intentId) && patched(OBEYED_ONCE)) log.info("delivered again", { kind });
    else obey(state, hint, { ...intent, reason: readGivenReason(intent.reason) });
  } catch (error) {
    log.warn("a message could not be checked and is ignored", { kind, reason: failureOf(error).reason });
  } finally {
    state.unchecked -= 1;
    // Whoever waited for the check as for a start is answered by what runs.
    if (isReady(state)) state.wantedAt = null;
  }
}

function obey(state: ContainerState, { kind, arrival }: Hint, asked: Asked): void {
  if (asked.intentId !== undefined) state.obeyed.add(asked.intentId);
  switch (kind) {
    case "restart":
      // A restart is also a request to run: the next start, whatever it follows, fulfils it.
      state.restartAsked = asked;
      return;
    case "stop":
      state.stopAsked = asked;
      break;
    case "retire":
      state.retireAsked = asked;
      break;
  }
  // Compared by when the end was requested, not when the stop begins: a later request wants the container to run afterwards.
  state.restartAsked = null;
  refuseWaiting(state, { type: "CONTAINER_STOPPED", reason: asked.reason }, arrival);
}
