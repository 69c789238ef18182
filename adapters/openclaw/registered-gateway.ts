// Client of the gateways that administrators registered: any address outside, every hop checked, every failure in words.
import type { Dispatcher } from "undici";
import { openOutbound, type OutboundAgent, type OutboundAgentOptions } from "../outbound/outbound-agent.ts";
import { ask, readErrorText, type GatewayAnswer } from "./gateway-answer.ts";
import { GATEWAY_TIMEOUTS, type GatewayReply } from "./openclaw-gateway.ts";
import {
  registeredConnectionFailure,
  registeredStatusFailure,
  requestFailed,
  type RegisteredTarget,
} from "./registered-gateway-failures.ts";

const { connectMs, silenceMs, totalMs } = GATEWAY_TIMEOUTS;
export const REGISTERED_TIMEOUTS = {
  connectMs,
  silenceMs,
  totalMs,
  /** From the request to the headers of the answer, over all redirects. */
  headersMs: 120_000,
} as const;

const REDIRECTS_MAX = 3;
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([307, 308]);

export interface RegisteredRequest {
  /** `model` and `stream` are set here; everything else goes out as it is. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
  readonly signal: AbortSignal;
}

export interface RegisteredGateways {
  /**
   * Resolves when the gateway has begun to answer with success. The request is made once: only redirects repeat it.
   * @throws FleetError GATEWAY_UNAUTHORISED, GATEWAY_UNAVAILABLE, GATEWAY_ERROR; the signal's reason when it aborts
   */
  complete(target: RegisteredTarget, request: RegisteredRequest): Promise<GatewayReply>;
}

export interface RegisteredGatewayOptions extends OutboundAgentOptions {
  readonly timeouts?: Partial<Record<keyof typeof REGISTERED_TIMEOUTS, number>>;
}

export function createRegisteredGateways(options: RegisteredGatewayOptions): RegisteredGateways {
  const timeouts = { ...REGISTERED_TIMEOUTS, ...options.timeouts };
  return { complete: (target, request) => completeAt({ target, request, options, timeouts }) };
}

interface Call {
  readonly target: RegisteredTarget;
  readonly request: RegisteredRequest;
  readonly options: OutboundAgentOptions;
  readonly timeouts: Record<keyof typeof REGISTERED_TIMEOUTS, number>;
}

interface Hop extends Pick<OutboundAgent, "agent" | "viaProxy"> {
  readonly answer: GatewayAnswer;
}

async function completeAt(call: Call): Promise<GatewayReply> {
  const { target, request, timeouts } = call;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException("No answer came in time.", "TimeoutError")), timeouts.headersMs);
  const signal = AbortSignal.any([request.signal, late.signal]);
  try {
    const hop = await followed(call, signal);
    if (hop.answer.statusCode < 300) {
      const type = hop.answer.headers["content-type"];
      return { contentType: typeof type === "string" ? type : "", bytes: bytesOf(call, hop) };
    }
    const text = await readErrorText(hop.answer);
    await hop.agent.destroy();
    throw registeredStatusFailure(target, hop.answer.statusCode, text);
  } finally {
    clearTimeout(timer);
  }
}

/** Every hop is checked like the first one, and only the first one's origin gets the token. */
async function followed(call: Call, signal: AbortSignal): Promise<Hop> {
  const { target } = call;
  const first = `${target.gatewayUrl.replace(/\/+$/, "")}/v1/chat/completions`;
  let next = first;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
    const isAtHome = new URL(next).origin === new URL(first).origin;
    const hop = await reach(call, next, { signal, isAtHome });
    const { statusCode, headers } = hop.answer;
    if (statusCode < 300 || statusCode >= 400) return hop;
    hop.answer.cancel();
    await hop.agent.destroy();
    const { location } = headers;
    const isFollowed = REDIRECT_STATUSES.has(statusCode) && typeof location === "string" && URL.canParse(location, next);
    if (!isFollowed) throw requestFailed(target, `it answered with status ${statusCode}`);
    next = new URL(location, next).href;
  }
  throw requestFailed(target, `it redirects more than ${REDIRECTS_MAX} times`);
}

interface Reach {
  readonly signal: AbortSignal;
  readonly isAtHome: boolean;
}

async function reach(call: Call, address: string, { signal, isAtHome }: Reach): Promise<Hop> {
  const { target, request, options, timeouts } = call;
  let opened: OutboundAgent | undefined;
  try {
    opened = await openOutbound(address, options, timeouts.connectMs);
    const { url, agent, viaProxy } = opened;
    const answer = await ask(agent, requestTo(call, url, isAtHome), { signal, totalMs: timeouts.totalMs });
    return { agent, viaProxy, answer };
  } catch (error) {
    await opened?.agent.destroy();
    if (request.signal.aborted) throw request.signal.reason;
    throw registeredConnectionFailure(target, error, opened?.viaProxy ?? false);
  }
}

function requestTo({ target, request, timeouts }: Call, url: URL, isAtHome: boolean): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: "POST",
    headers: {
      ...(isAtHome ? { authorization: `Bearer ${target.token.reveal()}` } : {}),
      "content-type": "application/json",
      accept: request.stream ? "text/event-stream" : "application/json",
    },
    body: JSON.stringify({ ...request.body, model: `openclaw:${target.agentId}`, stream: request.stream }),
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.silenceMs,
  };
}

/** Read to the end or stop: both give the connection back. */
async function* bytesOf({ target, request }: Call, hop: Hop): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* hop.answer.bytes;
  } catch (error) {
    throw request.signal.aborted ? request.signal.reason : registeredConnectionFailure(target, error, hop.viaProxy);
  } finally {
    await hop.agent.destroy();
  }
}
