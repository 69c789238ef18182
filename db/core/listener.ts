// One LISTEN connection for all channels of a process; it reconnects automatically.
import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeIdentifier, type ClientConfig } from "pg";
import { endWhenSilent } from "./silent-connections.ts";

const RECONNECT_FIRST_MS = 100;
const RECONNECT_MAX_MS = 5_000;
/** Nobody tells a listener that its connection is dead: it asks something now and then, and expects an answer. */
const TIMINGS = { checkEveryMs: 10_000, silenceMs: 5_000 } as const;
const QUERY_TIMEOUT_MARGIN_MS = 1_000;

type OnPayload = (payload: string) => void;

/** Tests make them short. */
export interface ListenerTimings {
  readonly checkEveryMs: number;
  readonly silenceMs: number;
}

export class Listener {
  readonly #config: ClientConfig;
  readonly #timings: ListenerTimings;
  readonly #channels = new Map<string, Set<OnPayload>>();
  readonly #closing = new AbortController();
  /** Null before the first listener, and after the first connection failed. */
  #current: Promise<Client | null> | null = null;
  #isReconnecting = false;

  constructor(config: ClientConfig, timings: ListenerTimings = TIMINGS) {
    this.#config = config;
    this.#timings = timings;
  }

  /**
   * Callbacks must not throw. Resolves to the function that ends it: as soon as it listens, or at once when there is no
   * connection right now. It then reconnects, as after an outage, and "" follows.
   */
  async listen(channel: string, onPayload: OnPayload): Promise<() => Promise<void>> {
    const callbacks = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, callbacks.add(onPayload));
    const client = await this.#connected();
    // A connection that cannot listen is of no use; the next one listens to all channels.
    await client?.query(`LISTEN ${escapeIdentifier(channel)}`).catch(() => void client.end().catch(() => undefined));
    return async () => this.#end(channel, onPayload);
  }

  get isListening(): boolean {
    return this.#current !== null && !this.#isReconnecting;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#channels.clear();
    const client = await this.#current;
    await client?.end();
  }

  /** Null while the connection is being brought back. */
  async #connected(): Promise<Client | null> {
    if (this.#isReconnecting) return null;
    this.#current ??= this.#connect().catch(() => {
      this.#current = null;
      void this.#reconnect();
      return null;
    });
    return await this.#current;
  }

  async #connect(): Promise<Client> {
    const { checkEveryMs, silenceMs } = this.#timings;
    const client = new Client({ ...this.#config, keepAlive: true, query_timeout: silenceMs + QUERY_TIMEOUT_MARGIN_MS });
    client.on("notification", ({ channel, payload = "" }) =>
      this.#channels.get(channel)?.forEach((onPayload) => onPayload(payload)),
    );
    // "end" follows every error of an established connection; without this listener "error" would end the process.
    client.on("error", () => undefined);
    try {
      await client.connect();
      endWhenSilent(client, silenceMs);
      for (const channel of this.#channels.keys()) await client.query(`LISTEN ${escapeIdentifier(channel)}`);
    } catch (error) {
      await client.end();
      throw error;
    }
    // What comes of the question does not matter: silence ends the connection.
    const checking = setInterval(() => void client.query("SELECT 1").catch(() => undefined), checkEveryMs);
    checking.unref();
    client.once("end", () => {
      clearInterval(checking);
      void this.#reconnect();
    });
    return client;
  }

  async #reconnect(): Promise<void> {
    this.#isReconnecting = true;
    for (let delayMs = RECONNECT_FIRST_MS; await this.#waited(delayMs); delayMs = Math.min(delayMs * 2, RECONNECT_MAX_MS)) {
      const client = await this.#connect().catch(() => null);
      if (client === null) continue;
      this.#current = Promise.resolve(client);
      this.#isReconnecting = false;
      // Closed meanwhile: close() waited for the connection before this one.
      if (this.#closing.signal.aborted) await client.end();
      for (const callbacks of this.#channels.values()) callbacks.forEach((onPayload) => onPayload(""));
      return;
    }
  }

  /** False when closing came first. */
  async #waited(delayMs: number): Promise<boolean> {
    return sleep(delayMs, true, { signal: this.#closing.signal }).catch(() => false);
  }

  async #end(channel: string, onPayload: OnPayload): Promise<void> {
    if (!this.#forget(channel, onPayload) || this.#isReconnecting) return;
    const client = await this.#current;
    // When the connection breaks in this moment, the next one will not listen to this channel either.
    await client?.query(`UNLISTEN ${escapeIdentifier(channel)}`).catch(() => undefined);
  }

  /** True when it was the channel's last listener. */
  #forget(channel: string, onPayload: OnPayload): boolean {
    const callbacks = this.#channels.get(channel);
    callbacks?.delete(onPayload);
    return callbacks?.size === 0 && this.#channels.delete(channel);
  }
}
