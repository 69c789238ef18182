// The api as far as a chat calls it: each turn's answer arrives as the test says, or does not.
import type { ApiClient } from "../src/api/client.ts";
import { ApiError } from "../src/api/errors.ts";

interface ScriptedTurn {
  readonly message: string;
  readonly signal: AbortSignal;
  say(text: string): void;
  breakOff(): void;
}

export interface ScriptedTurns {
  readonly api: ApiClient;
  readonly turns: readonly ScriptedTurn[];
  /** Resolves when as many turns have begun. */
  begun(count: number): Promise<ScriptedTurn>;
  /** By default each turn begins, and each request to stop is accepted. */
  refuseTurns(error: ApiError | null): void;
  answerStops(answer: () => Promise<void>): void;
}

export const unreachable = (): ApiError => new ApiError({ code: "NETWORK", message: "The server does not answer." });

export function scriptTurns(): ScriptedTurns {
  const turns: ScriptedTurn[] = [];
  let refusal: ApiError | null = null;
  let onStop = async (): Promise<void> => {};
  const unexpected = (): never => {
    throw new Error("A chat does not call this.");
  };
  const api: ApiClient = {
    call: async <T>(): Promise<T> => {
      await onStop();
      return await JSON.parse("null");
    },
    stream: async (_path, body, signal) => {
      if (refusal !== null) throw refusal;
      const { turn, pieces } = openTurn(messageIn(body), signal);
      turns.push(turn);
      return pieces;
    },
    download: unexpected,
    rememberCsrf: unexpected,
  };
  return {
    api,
    turns,
    begun: async (count) => {
      while (turns.length < count) await new Promise((resolve) => setTimeout(resolve, 0));
      const turn = turns.at(-1);
      return turn ?? unexpected();
    },
    refuseTurns: (error) => void (refusal = error),
    answerStops: (answer) => void (onStop = answer),
  };
}

function openTurn(message: string, signal: AbortSignal): { turn: ScriptedTurn; pieces: ReadableStream<Uint8Array> } {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const pieces = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  const write = (text: string): void => controller?.enqueue(new TextEncoder().encode(text));
  // As the browser's own: reading ends with the signal's reason.
  signal.addEventListener("abort", () => controller?.error(signal.reason));
  const turn: ScriptedTurn = {
    message,
    signal,
    say: (content) => write(`data: ${JSON.stringify({ content })}\n\n`),
    breakOff: () => controller?.error(new TypeError("network error")),
  };
  return { turn, pieces };
}

function messageIn(body: unknown): string {
  return typeof body === "object" && body !== null && "message" in body ? String(body.message) : "";
}
