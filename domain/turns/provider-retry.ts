// Whether and when a turn that the model provider did not answer is tried again.
import type { ErrorCode } from "../../contracts/core/errors.ts";

/** The gateway itself tries nothing again (docker/agent/entrypoint.mjs): it would be silent for minutes meanwhile. */
export const PROVIDER_RETRY_PAUSES_MS: readonly number[] = [2_000, 4_000, 8_000, 15_000, 30_000];
/** An answer without streaming sends nothing before its end, and its client retries on its own. */
const WHOLE_ANSWER_RETRIES = 2;
const BEGINNING_MAX_CHARS = 200;

export interface FailedTurn {
  readonly code: ErrorCode;
  /** How often the turn has failed so far, this time included. */
  readonly failures: number;
  /** Whether the answer is streamed, so that its reader can be told. */
  readonly stream: boolean;
  readonly pausesMs?: readonly number[] | undefined;
}

/** Null: the failure is reported. Only for a turn without any answer yet. */
export function providerRetryPauseMs({ code, failures, stream, pausesMs }: FailedTurn): number | null {
  const pauses = pausesMs ?? PROVIDER_RETRY_PAUSES_MS;
  const pauseMs = pauses[failures - 1] ?? null;
  if (code === "PROVIDER_RATE_LIMITED") return stream ? pauseMs : null;
  if (code !== "PROVIDER_UNAVAILABLE") return null;
  return stream || failures <= WHOLE_ANSWER_RETRIES ? pauseMs : null;
}

/**
 * The retry text for a message that is already in the gateway's conversation: repeating the message itself would add it once
 * per try, and it would be paid for in every later turn.
 */
export function askAgain(message: string): string {
  const beginning = message.length <= BEGINNING_MAX_CHARS ? message : `${message.slice(0, BEGINNING_MAX_CHARS)}…`;
  return `(The model provider did not answer my last message. Please answer it now. It was: “${beginning}”)`;
}
