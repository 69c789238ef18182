// Keeps what it starts running, and stops all of it in the reverse order of its start.
import { setTimeout as delay } from "node:timers/promises";
import { FleetError } from "../../contracts/core/errors.ts";
import type { NoteProcess, RunningProcess } from "./child-process.ts";
import type { ChildList } from "./data-dir.ts";

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000;
/** A process that ran this long counts as sound: its next end begins with the shortest pause again. */
const SOUND_AFTER_MS = 60_000;

export interface Service {
  readonly name: string;
  /** Lower numbers are stopped first. */
  readonly stopOrder: number;
  /** It is brought back while this runs, and left running, and on record for the next start, when all is stopped. */
  readonly outlivesUs?: boolean;
  /** Resolves when it serves; says which process it is as soon as there is one. */
  start(noteProcess: NoteProcess): Promise<RunningProcess>;
}

export interface Supervisor {
  /** Starts a service and keeps it running. @throws what its first start throws, unless a retry can help. */
  run(service: Service): Promise<void>;
  /** In order, one after the other; also what is just starting. Nothing is started any more. */
  stopAll(): Promise<void>;
  /** For the impatient: at once, in no order. */
  killAll(): void;
}

interface SupervisorOptions {
  readonly children: ChildList;
  readonly say: (line: string) => void;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const keepers: Keeper[] = [];
  const stopping = new AbortController();
  return {
    async run(service) {
      const keeper = new Keeper(service, options, stopping.signal);
      keepers.push(keeper);
      await keeper.start();
    },
    async stopAll() {
      stopping.abort();
      const order = keepers.toSorted((a, b) => a.service.stopOrder - b.service.stopOrder);
      for (const keeper of order) {
        await keeper.stop().catch((error: unknown) => options.say(`! ${keeper.service.name} did not stop: ${String(error)}`));
      }
    },
    killAll() {
      stopping.abort();
      for (const keeper of keepers) keeper.kill();
    },
  };
}

/** Looks after one service. */
class Keeper {
  readonly service: Service;
  readonly #options: SupervisorOptions;
  readonly #stopping: AbortSignal;
  #running: RunningProcess | null = null;
  /** The start or the restart under way. */
  #starting: Promise<void> = Promise.resolve();
  #backoffMs = FIRST_BACKOFF_MS;

  constructor(service: Service, options: SupervisorOptions, stopping: AbortSignal) {
    this.service = service;
    this.#options = options;
    this.#stopping = stopping;
  }

  async start(): Promise<void> {
    this.#starting = this.#startFirst();
    await this.#starting;
  }

  async stop(): Promise<void> {
    // A start under way ends soon, one way or the other; what came of it is stopped then.
    await this.#starting.catch(() => undefined);
    if (this.service.outlivesUs === true) return;
    await this.#running?.stop();
    await this.#options.children.remove(this.service.name);
  }

  kill(): void {
    if (this.service.outlivesUs !== true) this.#running?.kill();
  }

  /** A temporary failure, such as a deadline that a busy machine makes a process miss, does not end the whole start. */
  async #startFirst(): Promise<void> {
    try {
      await this.#startOnce();
    } catch (error) {
      if (!(error instanceof FleetError) || !error.retryable) throw error;
      await this.#restart(error.message);
    }
  }

  async #startOnce(): Promise<void> {
    const { name } = this.service;
    const running = await this.service.start((pid) => this.#options.children.add(name, pid));
    this.#running = running;
    const startedMs = Date.now();
    void running.exited.then((how) => {
      this.#running = null;
      if (this.#stopping.aborted) return;
      if (Date.now() - startedMs > SOUND_AFTER_MS) this.#backoffMs = FIRST_BACKOFF_MS;
      this.#starting = this.#restart(how);
    });
  }

  async #restart(how: string): Promise<void> {
    const { name } = this.service;
    const endedMs = performance.now();
    let reason = how;
    while (!this.#stopping.aborted) {
      this.#options.say(`! ${name} ended (${reason}); starting it again in ${this.#backoffMs / 1000} s`);
      await delay(this.#backoffMs, undefined, { signal: this.#stopping }).catch(() => undefined);
      this.#backoffMs = Math.min(this.#backoffMs * 2, LONGEST_BACKOFF_MS);
      if (this.#stopping.aborted) return;
      try {
        await this.#startOnce();
        this.#options.say(`✓ ${name} is back after ${((performance.now() - endedMs) / 1000).toFixed(1)} s`);
        return;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
  }
}
