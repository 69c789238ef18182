// One turn with the agent: what arrives, piece by piece.
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { ChatProgress, ChatRequest, ChatRetry } from "../../../../contracts/turns/chat.ts";
import type { ApiClient } from "../../api/client.ts";
import { ApiError, errorFromBody, isRecord } from "../../api/errors.ts";
import { isPhase } from "../containers/agent-api.ts";

export interface TurnHandlers {
  readonly onProgress: (progress: ChatProgress) => void;
  readonly onRetry: (retry: ChatRetry) => void;
  readonly onContent: (text: string) => void;
}

const END = "[DONE]";
/** A piece of an answer is far shorter. */
const EVENT_MAX_CHARS = 4 * 1024 * 1024;
/** The answer was begun, so that its own status can no longer tell. */
const STATUS_WITHIN_STREAM = 200;

/** The connection ended after the answer had begun: the agent has the message, and goes on with it. */
export class BrokenOff extends ApiError {
  constructor() {
    super({ code: "NETWORK", message: "The connection broke off." });
  }
}

/** Resolves when the answer is whole. @throws ApiError: the api's own, NETWORK when it was not reached; BrokenOff */
export async function readTurn(
  api: ApiClient,
  request: ChatRequest,
  { signal, onProgress, onRetry, onContent }: TurnHandlers & { readonly signal: AbortSignal },
): Promise<void> {
  const body = await api.stream("/api/chat", request, signal);
  for await (const event of eventsOf(body, signal)) {
    if (event.event === "error") throw errorFromBody(parse(event.data), { status: STATUS_WITHIN_STREAM });
    if (event.event === "progress") onProgress(progressIn(parse(event.data)));
    else if (event.event === "retry") onRetry(retryIn(parse(event.data)));
    else if (event.data === END) return;
    else onContent(contentIn(parse(event.data)));
  }
  throw new BrokenOff();
}

/** @throws BrokenOff; ApiError for an event without end; an abort goes through as it is */
async function* eventsOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  let isTooLong = false;
  const parser = createParser({
    onEvent: (event) => arrived.push(event),
    onError: ({ type }) => (isTooLong ||= type === "max-buffer-size-exceeded"),
    maxBufferSize: EVENT_MAX_CHARS,
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { value, done } = await reader.read().catch((error: unknown) => {
      throw signal.aborted ? error : new BrokenOff();
    });
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
    if (isTooLong) {
      await reader.cancel();
      throw notOurs();
    }
    yield* arrived.splice(0);
  }
}

/** Checked by hand: the contract's validator weighs more than all the rest of the chat. */
function progressIn(value: unknown): ChatProgress {
  if (isRecord(value) && isPhase(value["phase"])) {
    const { phase, message, elapsedMs } = value;
    return { phase, message: String(message), elapsedMs: Number(elapsedMs) };
  }
  throw notOurs();
}

function retryIn(value: unknown): ChatRetry {
  if (!isRecord(value) || typeof value["code"] !== "string") throw notOurs();
  const { code, message, said, attempt, attemptsMax, pauseMs } = value;
  return {
    ...{ code, message: String(message), attempt: Number(attempt), attemptsMax: Number(attemptsMax), pauseMs: Number(pauseMs) },
    ...(typeof said === "string" ? { said } : {}),
  };
}

function contentIn(value: unknown): string {
  if (isRecord(value) && typeof value["content"] === "string") return value["content"];
  throw notOurs();
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw notOurs();
  }
}

function notOurs(): ApiError {
  return new ApiError({ code: "UNEXPECTED", message: "The answer is not in the form of a chat." });
}
