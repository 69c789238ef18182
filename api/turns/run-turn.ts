// Runs one turn to its end. Until the answer begins, a busy provider is retried, and each retry is reported.
import { setTimeout as delay } from "node:timers/promises";
import { readChatEvents, type ChatEvent } from "../../adapters/openclaw/chat-stream.ts";
import type { GatewayReply } from "../../adapters/openclaw/openclaw-gateway.ts";
import { FleetError, PROVIDER_ERRORS, type ErrorCode } from "../../contracts/core/errors.ts";
import { askAgain, PROVIDER_RETRY_PAUSES_MS, providerRetryPauseMs } from "../../domain/turns/provider-retry.ts";
import { admitCaller, assertUsableProvider } from "./caller.ts";
import type { ChatDeps } from "./chat-deps.ts";
import { openTurn, type Turn } from "./open-turn.ts";
import { newSettingsApplied } from "./pending-settings.ts";
import { explained } from "./provider-fault.ts";

/** Why a turn is tried again, and when. */
export interface ProviderRetry {
  readonly error: FleetError;
  readonly attempt: number;
  readonly attemptsMax: number;
  readonly pauseMs: number;
}

export function retryWords({ error, attempt, attemptsMax, pauseMs }: ProviderRetry): string {
  return `${error.message} Retrying in ${Math.ceil(pauseMs / 1000)} s (${attempt} of ${attemptsMax}).`;
}

export interface TurnReader {
  /** What the user said last, for a conversation that the gateway keeps. */
  readonly message: string;
  /** The events that arrived together. */
  readonly onEvents: (events: readonly ChatEvent[]) => Promise<void>;
  readonly onRetry: (retry: ProviderRetry) => Promise<void>;
}

/** @throws FleetError those of openTurn and readChatEvents */
export async function streamTurn(deps: ChatDeps, turn: Turn, reader: TurnReader): Promise<void> {
  let hasBegun = false;
  const attempt = async (each: Turn): Promise<void> => {
    const reply = await openTurn(deps, each);
    for await (const events of readChatEvents(reply.bytes)) {
      hasBegun ||= events.some(({ isPrelude }) => !isPrelude);
      await reader.onEvents(events);
    }
  };
  await untilAnswered(deps, turn, { attempt, hasBegun: () => hasBegun, message: reader.message, onRetry: reader.onRetry });
}

/** For an answer without streaming. @throws FleetError as above */
export async function wholeTurn<T>(
  deps: ChatDeps,
  turn: Turn,
  reader: { readonly message: string; readonly read: (reply: GatewayReply) => Promise<T> },
): Promise<T> {
  const attempt = async (each: Turn): Promise<T> => await reader.read(await openTurn(deps, each));
  return await untilAnswered(deps, turn, { attempt, hasBegun: () => false, message: reader.message, onRetry: async () => {} });
}

interface Attempts<T> {
  readonly attempt: (turn: Turn) => Promise<T>;
  readonly hasBegun: () => boolean;
  readonly message: string;
  readonly onRetry: TurnReader["onRetry"];
}

async function untilAnswered<T>(deps: ChatDeps, turn: Turn, how: Attempts<T>): Promise<T> {
  const { providerRetryPausesMs: pausesMs = PROVIDER_RETRY_PAUSES_MS } = deps.timings;
  let current = turn;
  let mayBeMended = true;
  for (let failures = 1; ; failures += 1) {
    try {
      return await how.attempt(current);
    } catch (thrown) {
      if (!(thrown instanceof FleetError) || how.hasBegun()) throw thrown;
      if (mayBeMended && (await isMended(deps, turn, thrown))) {
        mayBeMended = false;
        current = await againAs(deps, turn, how.message);
        continue;
      }
      const error = await explained(deps, turn, thrown);
      const pauseMs = providerRetryPauseMs({ code: error.code, failures, stream: turn.stream, pausesMs });
      if (pauseMs === null) throw error;
      await how.onRetry({ error, attempt: failures, attemptsMax: pausesMs.length, pauseMs });
      await delay(pauseMs, undefined, { signal: turn.signal }).catch(() => turn.signal.throwIfAborted());
      current = await againAs(deps, turn, how.message);
    }
  }
}

/** Whether the refusal was one of settings that the agent does not run with any more. */
async function isMended(deps: ChatDeps, turn: Turn, { code }: FleetError): Promise<boolean> {
  const ofProvider: readonly ErrorCode[] = PROVIDER_ERRORS;
  return ofProvider.includes(code) && (await newSettingsApplied(deps.db, turn.caller.principal.tenant, turn.signal));
}

/** The agent may have another address or a new key by now. */
async function againAs(deps: ChatDeps, turn: Turn, message: string): Promise<Turn> {
  const caller = await admitCaller(deps.db, turn.credential);
  assertUsableProvider(caller);
  if (turn.conversation === null) return { ...turn, caller };
  return { ...turn, caller, body: { ...turn.body, messages: [{ role: "user", content: askAgain(message) }] } };
}
