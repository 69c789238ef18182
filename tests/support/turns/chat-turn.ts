// One turn over `POST /api/chat`, as it arrives and however it ends.
import type { ErrorCode } from "../../../contracts/core/errors.ts";
import type { SseEvent } from "../../../contracts/core/event-stream.ts";
import { readEvents } from "../../../cli/http/event-stream.ts";

/** A turn that is still open after this long hangs. */
const TURN_TIMEOUT_MS = 300_000;

export type TurnEnd =
  | { readonly kind: "answered"; readonly text: string }
  /** By an event in the stream, or by a status before there was one. */
  | { readonly kind: "failed"; readonly status: number; readonly code: ErrorCode; readonly retryAfter: string | null }
  /** The connection broke off. */
  | { readonly kind: "cut" };

export interface ChatTurn {
  /** What came so far. */
  readonly events: readonly SseEvent[];
  readonly end: Promise<TurnEnd>;
}

export interface ChatTurnRequest {
  readonly url: string;
  readonly apiKey: string;
  readonly message: string;
}

/** `end` rejects only when the turn has not ended after this time. */
export function startTurn(request: ChatTurnRequest): ChatTurn {
  const events: SseEvent[] = [];
  const end = followTurn(request, events);
  end.catch(() => undefined);
  return { events, end };
}

async function followTurn({ url, apiKey, message }: ChatTurnRequest, events: SseEvent[]): Promise<TurnEnd> {
  const signal = AbortSignal.timeout(TURN_TIMEOUT_MS);
  let text = "";
  try {
    const response = await fetch(`${url}/api/chat`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ message }),
      signal,
    });
    const retryAfter = response.headers.get("retry-after");
    if (response.status !== 200) {
      const { error } = JSON.parse(await response.text());
      return { kind: "failed", status: response.status, code: error.code, retryAfter };
    }
    for await (const event of readEvents(response.body ?? new ReadableStream())) {
      events.push(event);
      if (event.data === "[DONE]") return { kind: "answered", text };
      const data = JSON.parse(event.data);
      if (event.event === "error") return { kind: "failed", status: 200, code: data.error.code, retryAfter };
      if (event.event === "message") text += data.content;
    }
    return { kind: "cut" };
  } catch (error) {
    if (signal.aborted) throw new Error(`The turn hangs; it got ${JSON.stringify(events)}`, { cause: error });
    return { kind: "cut" };
  }
}
