// Notifications about what is committed already: sent on their own, and each one once while it waits to be sent.

/** One call of pg_notify. */
export interface Ring {
  readonly channel: string;
  readonly payload: string;
}

/**
 * NOTIFY within a transaction serialises all commits of the database, each with its own write to disk; after the commit it
 * writes nothing, and many can share one statement. The price: if the process crashes in between, nobody is notified, so
 * listeners must also poll now and then.
 */
export class Bell {
  readonly #send: (rings: readonly Ring[]) => Promise<unknown>;
  readonly #waiting = new Map<string, Ring>();
  #sending: Promise<void> | null = null;

  /** A failure of `send` is ignored: those who listen lost their connection as well, and look when it is back. */
  constructor(send: (rings: readonly Ring[]) => Promise<unknown>) {
    this.#send = send;
  }

  /** Returns at once and never throws. */
  ring(channel: string, payload: string): void {
    this.#waiting.set(`${channel} ${payload}`, { channel, payload });
    this.#sending ??= this.#sendAll();
  }

  /** Resolves when nothing waits to be sent. */
  async quiet(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const rings = [...this.#waiting.values()];
      this.#waiting.clear();
      await this.#send(rings).catch(() => undefined);
    }
    this.#sending = null;
  }
}
