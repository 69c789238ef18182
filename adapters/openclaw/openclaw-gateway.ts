// Client of an agent's OpenClaw gateway: opens chat completions, with every failure as one of our error codes.
import { GATEWAY_PORT } from "../../contracts/containers/agent-container.ts";
import type { FleetError } from "../../contracts/core/errors.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { ask, readErrorText, type GatewayAnswer } from "./gateway-answer.ts";
import { createGatewayConnections, type GatewayEndpoint } from "./gateway-connections.ts";
import { connectionFailure, gatewayUnauthorised, statusFailure } from "./openclaw-gateway-failures.ts";

/** The one agent that lives in each gateway; its id never changes, for sessions on the volume are bound to it. */
export const GATEWAY_MODEL = "openclaw:main";

export const GATEWAY_TIMEOUTS = {
  connectMs: 5_000,
  /** Until the first byte, and between two bytes: the gateway itself may be silent for 90 s. */
  silenceMs: 180_000,
  totalMs: 15 * 60_000,
  /** Ten wrong tokens lock our address out for five minutes, so that a refused token is not tried again for a while. */
  refusedTokenPauseMs: 60_000,
} as const;

type GatewayTimeouts = Record<keyof typeof GATEWAY_TIMEOUTS, number>;

export interface GatewayTarget extends GatewayEndpoint {
  readonly token: Secret;
}

export interface GatewayRequest {
  /** `model` and `user` are set here; everything else goes out as it is. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Names the conversation that the gateway keeps; null for a request that carries its whole history. */
  readonly conversation: string | null;
  readonly stream: boolean;
  readonly signal: AbortSignal;
}

export interface GatewayReply {
  readonly contentType: string;
  /** Pull it to the end or stop iterating: both give the connection back. Throws FleetError. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface OpenClawGateway {
  /**
   * Resolves when the gateway has begun to answer. Request and token go to the holder of the target's certificate alone.
   * @throws FleetError GATEWAY_UNAVAILABLE (with details.reason `not_connected` when nothing was sent, so that trying
   *   again is safe), GATEWAY_UNAUTHORISED, GATEWAY_ERROR, RATE_LIMITED, BAD_REQUEST, PAYLOAD_TOO_LARGE; the signal's
   *   reason when it aborts.
   */
  complete(target: GatewayTarget, request: GatewayRequest): Promise<GatewayReply>;
  close(): Promise<void>;
}

export interface OpenClawGatewayOptions {
  readonly port?: number;
  readonly timeouts?: Partial<GatewayTimeouts>;
  readonly now?: () => number;
}

export function createOpenClawGateway(options: OpenClawGatewayOptions = {}): OpenClawGateway {
  const timeouts: GatewayTimeouts = { ...GATEWAY_TIMEOUTS, ...options.timeouts };
  const refused = createRefusedTokens(timeouts.refusedTokenPauseMs, options.now ?? Date.now);
  const connections = createGatewayConnections({ port: options.port ?? GATEWAY_PORT, connectMs: timeouts.connectMs });

  async function complete(target: GatewayTarget, request: GatewayRequest): Promise<GatewayReply> {
    refused.check(target);
    const failure = (error: unknown) => (request.signal.aborted ? request.signal.reason : connectionFailure(error));
    const options = {
      path: "/v1/chat/completions",
      method: "POST",
      headers: requestHeaders(target.token, request.stream),
      body: JSON.stringify(requestBody(request)),
      headersTimeout: request.stream ? timeouts.silenceMs : timeouts.totalMs,
      bodyTimeout: timeouts.silenceMs,
    } as const;
    const limits = { signal: request.signal, totalMs: timeouts.totalMs };
    const response = await ask(connections.to(target), options, limits).catch((error: unknown) => {
      throw failure(error);
    });
    if (response.statusCode !== 200) {
      const refusal = await failureOf(response);
      // Only the gateway's own: a provider's refusal says nothing about our token.
      if (refusal.code === "GATEWAY_UNAUTHORISED") refused.remember(target);
      throw refusal;
    }
    return { contentType: headerText(response.headers["content-type"]), bytes: translated(response.bytes, failure) };
  }

  return { complete, close: () => connections.close() };
}

function requestHeaders(token: Secret, stream: boolean): Record<string, string> {
  return {
    authorization: `Bearer ${token.reveal()}`,
    "content-type": "application/json",
    accept: stream ? "text/event-stream" : "application/json",
  };
}

function requestBody({ body, conversation, stream }: GatewayRequest): Record<string, unknown> {
  const { user: _clientsOwn, ...rest } = body;
  return { ...rest, model: GATEWAY_MODEL, stream, ...(conversation === null ? {} : { user: `conv:${conversation}` }) };
}

async function failureOf(response: GatewayAnswer): Promise<FleetError> {
  const { statusCode, headers } = response;
  const text = await readErrorText(response);
  const retryAfterSeconds = Number.parseInt(headerText(headers["retry-after"]), 10);
  return statusFailure(statusCode, text, Number.isFinite(retryAfterSeconds) ? retryAfterSeconds : undefined);
}

async function* translated(
  body: AsyncIterable<Uint8Array>,
  failure: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body;
  } catch (error) {
    throw failure(error);
  }
}

function headerText(value: string | string[] | undefined): string {
  return Array.isArray(value) ? (value[0] ?? "") : (value ?? "");
}

function createRefusedTokens(pauseMs: number, now: () => number) {
  const until = new Map<string, number>();
  const keyOf = (target: GatewayTarget) => `${target.containerId}/${target.generation}`;
  return {
    /** A new start has a new token and a new generation, and is tried at once. */
    check(target: GatewayTarget): void {
      if ((until.get(keyOf(target)) ?? 0) > now()) throw gatewayUnauthorised();
    },
    remember(target: GatewayTarget): void {
      for (const [key, time] of until) if (time <= now()) until.delete(key);
      until.set(keyOf(target), now() + pauseMs);
    },
  };
}
