// The conversations of this tab and their turns. It lives as long as the tab, so that leaving the page loses nothing.
import { readTurn } from "../../api/chat-stream.ts";
import { stopTurn } from "../../api/chat-stop.ts";
import type { ApiClient } from "../../api/client.ts";
import { toApiError } from "../../api/errors.ts";
import { createPen } from "./pen.ts";
import { afterReload, type Message, type Transcript } from "./transcript.ts";
import { keepTranscripts, loadTranscripts } from "./transcript-storage.ts";

interface RunningTurn {
  readonly turnId: string;
  readonly abort: AbortController;
  /** Its end without the rest of the answer is then what was asked for, whatever comes first: the end, or the word that it was told. */
  isStopping: boolean;
}

/** For one person; somebody else gets a store of their own. */
export class ChatStore {
  readonly owner: string;
  readonly #api: ApiClient;
  readonly #listeners = new Set<() => void>();
  readonly #running = new Map<string, RunningTurn>();
  #transcripts: readonly Transcript[];

  constructor(api: ApiClient, owner: string) {
    this.#api = api;
    this.owner = owner;
    this.#transcripts = loadTranscripts(owner).map(afterReload);
  }

  /** The one with the newest message first. */
  readonly transcripts = (): readonly Transcript[] => this.#transcripts;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** During a turn the message waits for its end. */
  send(conversationId: string, text: string): void {
    const isBusy = this.#running.has(conversationId);
    this.#add(conversationId, { role: "user", text, state: isBusy ? "queued" : "done" });
    if (!isBusy) void this.#run(conversationId, text);
  }

  /** Sends the last message once more, as a new turn. */
  again(conversationId: string): void {
    const last = this.#messagesOf(conversationId).findLast(({ role }) => role === "user");
    if (last !== undefined && !this.#running.has(conversationId)) void this.#run(conversationId, last.text);
  }

  /** The connection's end alone would not stop it: a turn outlives its page on purpose. */
  stop(conversationId: string): void {
    const turn = this.#running.get(conversationId);
    if (turn === undefined) return;
    turn.isStopping = true;
    const leave = (): void => turn.abort.abort();
    stopTurn(this.#api, turn.turnId).then(leave, leave);
  }

  async #run(conversationId: string, text: string): Promise<void> {
    const turn: RunningTurn = { turnId: crypto.randomUUID(), abort: new AbortController(), isStopping: false };
    const { signal } = turn.abort;
    this.#running.set(conversationId, turn);
    const answer = this.#add(conversationId, { role: "agent", text: "", state: "waiting" });
    const write = (part: Partial<Message>): void => this.#patch(conversationId, answer.id, { progress: undefined, ...part });
    const pen = createPen((written) => write({ text: written, state: "answering" }));
    try {
      await readTurn(
        this.#api,
        { message: text, conversationId, turnId: turn.turnId },
        {
          signal,
          onProgress: ({ phase }) => write({ progress: { phase, startedAt: answer.at } }),
          onContent: pen.write,
        },
      );
      write({ text: pen.finish(), state: "done" });
    } catch (error) {
      write({ text: pen.finish(), ...outcomeOf(error, turn.isStopping) });
    } finally {
      this.#running.delete(conversationId);
      keepTranscripts(this.owner, this.#transcripts);
      this.#sendQueued(conversationId);
    }
  }

  /** It then stands below the answer that it waited for. */
  #sendQueued(conversationId: string): void {
    const messages = this.#messagesOf(conversationId);
    const queued = messages.find(({ state }) => state === "queued");
    if (queued === undefined) return;
    this.#change(conversationId, [...messages.filter(({ id }) => id !== queued.id), { ...queued, state: "done" }]);
    void this.#run(conversationId, queued.text);
  }

  #messagesOf(conversationId: string): readonly Message[] {
    return this.#transcripts.find((each) => each.conversationId === conversationId)?.messages ?? [];
  }

  #add(conversationId: string, message: Pick<Message, "role" | "text" | "state">): Message {
    const whole: Message = { id: crypto.randomUUID(), at: Date.now(), ...message };
    this.#change(conversationId, [...this.#messagesOf(conversationId), whole]);
    return whole;
  }

  #patch(conversationId: string, id: string, part: Partial<Message>): void {
    const messages = this.#messagesOf(conversationId);
    this.#change(
      conversationId,
      messages.map((each) => (each.id === id ? { ...each, ...part } : each)),
    );
  }

  #change(conversationId: string, messages: readonly Message[]): void {
    const others = this.#transcripts.filter((each) => each.conversationId !== conversationId);
    this.#transcripts = [{ conversationId, messages }, ...others];
    for (const listener of this.#listeners) listener();
  }
}

/** What became of a turn that did not end by itself. */
function outcomeOf(thrown: unknown, isStopping: boolean): Partial<Message> {
  if (isStopping) return { state: "stopped" };
  const { code, message, requestId, retryAfterMs } = toApiError(thrown);
  if (code === "NETWORK") return { state: "lost" };
  const retryAt = retryAfterMs === undefined ? undefined : Date.now() + retryAfterMs;
  return { state: "failed", failure: { code, message, requestId, retryAt } };
}
