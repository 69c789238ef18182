// Opens one turn at the caller's agent, waking the agent first when it does not run.
import { setTimeout as delay } from "node:timers/promises";
import type { GatewayReply } from "../../adapters/openclaw/openclaw-gateway.ts";
import { NOT_CONNECTED } from "../../adapters/openclaw/openclaw-gateway-failures.ts";
import type { ChatProgress } from "../../contracts/turns/chat.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Credential } from "../../db/core/admission.ts";
import { START_TOTAL_TIMEOUT_MS } from "../containers/agent-starter.ts";
import { admitCaller, assertUsableProvider, type ChatCaller } from "./caller.ts";
import type { ChatDeps } from "./chat-deps.ts";

/** An agent that was up a moment ago may be stopping, crash, or move before the turn reaches it. */
const WAKE_ATTEMPTS = 4;
const WAKE_PAUSE_MS = 250;

export interface Turn {
  readonly caller: ChatCaller;
  readonly credential: Credential | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly conversation: string | null;
  readonly stream: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ChatProgress) => void;
}

/**
 * With a running agent: no call but the one to its gateway. The turn is sent at most once; trying again happens only when
 * the gateway did not take the connection, and only once.
 * @throws FleetError CONTAINER_STARTING, CONTAINER_FAILED, PROVIDER_REQUIRED, and those of OpenClawGateway.complete.
 */
export async function openTurn(deps: ChatDeps, turn: Turn): Promise<GatewayReply> {
  const startedAt = Date.now();
  const { conversation, stream, signal, body } = turn;
  let { target } = turn.caller;
  let refusedOnce = false;
  for (let wakes = 0; ; wakes += 1) {
    if (target !== null) {
      try {
        return await deps.gateway.complete(target, { body, conversation, stream, signal });
      } catch (error) {
        if (refusedOnce || !isNotConnected(error)) throw error;
        refusedOnce = true;
      }
    }
    const totalTimeoutMs = START_TOTAL_TIMEOUT_MS - (Date.now() - startedAt);
    if (wakes >= WAKE_ATTEMPTS || totalTimeoutMs <= 0) throw stillStarting();
    if (wakes > 0) await delay(WAKE_PAUSE_MS * wakes, undefined, { signal });
    const { tenant } = turn.caller.principal;
    await deps.ensureRunning(tenant, {
      signal,
      totalTimeoutMs,
      ...(turn.onProgress === undefined ? {} : { onProgress: turn.onProgress }),
    });
    const caller = await admitCaller(deps.db, turn.credential);
    assertUsableProvider(caller);
    ({ target } = caller);
  }
}

function isNotConnected(error: unknown): boolean {
  return error instanceof FleetError && error.code === "GATEWAY_UNAVAILABLE" && error.details?.["reason"] === NOT_CONNECTED;
}

function stillStarting(): FleetError {
  return new FleetError("CONTAINER_STARTING", "Your agent is still starting. Try again in a moment.", {
    retryAfterSeconds: 10,
  });
}
