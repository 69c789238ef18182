// The conversations of this tab and their turns. It lives as long as the tab, so that leaving the page loses nothing.
import { BrokenOff, readTurn } from "./chat-stream.ts";
import type { ApiClient } from "../../api/client.ts";
import { knownCode } from "../../api/errors.ts";
import { onForgotten } from "../../shell/forget-transcripts.ts";
import { createPen } from "./pen.ts";
import { failureOf, isQueued, type Message, type Transcript } from "./transcript.ts";
import { keepTranscripts, reopenTranscripts } from "./transcript-storage.ts";

interface RunningTurn {
  readonly turnId: string;
  readonly answerId: string;
  readonly abort: AbortController;
  /** Whether the api has accepted the request to stop it. Null: there is none, or it was refused. */
  stopping: Promise<boolean> | null;
}

/** For one person; someone else gets a store of their own. */
export class ChatStore {
  readonly owner: string;
  readonly #api: ApiClient;
  readonly #listeners = new Set<() => void>();
  readonly #running = new Map<string, RunningTurn>();
  readonly #closed = new AbortController();
  #transcripts: readonly Transcript[];
  /** Pending from when the page goes until it is shown again, if ever: what ends between was cut off by its going. */
  #present: Promise<void> = Promise.resolve();

  constructor(api: ApiClient, owner: string) {
    this.#api = api;
    this.owner = owner;
    this.#transcripts = reopenTranscripts(owner);
    const { signal } = this.#closed;
    addEventListener("pagehide", () => this.#pause(), { signal });
    onForgotten(() => this.close(), signal);
  }

  /** The one with the newest message first. */
  readonly transcripts = (): readonly Transcript[] => this.#transcripts;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  get isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  /** Its person has left: it reads no further, and keeps nothing any more. The turns go on at the agent. */
  close(): void {
    this.#closed.abort();
    for (const { abort } of this.#running.values()) abort.abort();
    this.#transcripts = [];
  }

  /** During a turn the message waits for its end. */
  send(conversationId: string, text: string): void {
    if (this.isClosed) return;
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
    if (turn !== undefined) turn.stopping ??= this.#askToStop(conversationId, turn);
  }

  async #askToStop(conversationId: string, turn: RunningTurn): Promise<boolean> {
    this.#patch(conversationId, turn.answerId, { stop: "asked" });
    try {
      await this.#api.call<undefined>("POST", `/api/chat/turns/${turn.turnId}/stop`);
      turn.abort.abort();
      return true;
    } catch (error) {
      turn.stopping = null;
      this.#patch(conversationId, turn.answerId, { stop: failureOf(error) });
      return false;
    }
  }

  async #run(conversationId: string, text: string): Promise<void> {
    const answer = this.#add(conversationId, { role: "agent", text: "", state: "waiting" });
    const [turnId, abort] = [crypto.randomUUID(), new AbortController()];
    const turn: RunningTurn = { turnId, answerId: answer.id, abort, stopping: null };
    this.#running.set(conversationId, turn);
    const write = (part: Partial<Message>): void =>
      this.#patch(conversationId, answer.id, { progress: undefined, retry: undefined, ...part });
    const pen = createPen((written) => write({ text: written, state: "answering" }));
    const how = await readTurn(
      this.#api,
      { message: text, conversationId, turnId },
      {
        signal: abort.signal,
        onProgress: ({ phase }) => write({ progress: { phase, startedAt: answer.at } }),
        onRetry: ({ code, attempt, attemptsMax, said }) =>
          write({ retry: { code: knownCode(code) ?? "PROVIDER_UNAVAILABLE", attempt, attemptsMax, said } }),
        onContent: pen.write,
      },
    ).then(wholeAnswer, (error: unknown) => outcomeOf(error, turn));
    await this.#stays();
    write({ text: pen.finish(), stop: undefined, ...how });
    this.#running.delete(conversationId);
    this.#keep();
    this.#sendQueued(conversationId);
  }

  /** It then stands below the answer that it waited for. */
  #sendQueued(conversationId: string): void {
    const messages = this.#messagesOf(conversationId);
    const queued = messages.find(isQueued);
    if (queued === undefined) return;
    this.#change(conversationId, [...messages.filter(({ id }) => id !== queued.id), { ...queued, state: "done" }]);
    void this.#run(conversationId, queued.text);
  }

  #messagesOf(conversationId: string): readonly Message[] {
    return this.#transcripts.find((each) => each.conversationId === conversationId)?.messages ?? [];
  }

  /** Kept at once: whatever becomes of this page, what was said is said. */
  #add(conversationId: string, message: Pick<Message, "role" | "text" | "state">): Message {
    const whole: Message = { id: crypto.randomUUID(), at: Date.now(), ...message };
    const messages = this.#messagesOf(conversationId);
    const others = this.#transcripts.filter((each) => each.conversationId !== conversationId);
    this.#transcripts = [{ conversationId, messages }, ...others];
    this.#change(conversationId, [...messages, whole]);
    this.#keep();
    return whole;
  }

  #patch(conversationId: string, id: string, part: Partial<Message>): void {
    const messages = this.#messagesOf(conversationId);
    this.#change(
      conversationId,
      messages.map((each) => (each.id === id ? { ...each, ...part } : each)),
    );
  }

  /** Where it stands among the others stays: answers that grow side by side would change places all the time. */
  #change(conversationId: string, messages: readonly Message[]): void {
    this.#transcripts = this.#transcripts.map((each) =>
      each.conversationId === conversationId ? { conversationId, messages } : each,
    );
    for (const listener of this.#listeners) listener();
  }

  #pause(): void {
    this.#keep();
    const { signal } = this.#closed;
    this.#present = new Promise((resolve) => addEventListener("pageshow", () => resolve(), { once: true, signal }));
  }

  /** Not at once: a page that goes has its connections broken off before it is told. */
  async #stays(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await this.#present;
  }

  #keep(): void {
    if (!this.isClosed) keepTranscripts(this.owner, this.#transcripts);
  }
}

const wholeAnswer = (): Partial<Message> => ({ state: "done" });

/** The outcome of a turn that was cut off. Only the api's answer to Stop says whether that was the cause. */
async function outcomeOf(thrown: unknown, { stopping }: Pick<RunningTurn, "stopping">): Promise<Partial<Message>> {
  if (await stopping) return { state: "stopped" };
  return thrown instanceof BrokenOff ? { state: "lost" } : { state: "failed", failure: failureOf(thrown) };
}
