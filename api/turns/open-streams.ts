// The chats that are open in this process: a limit per tenant, and activity for as long as they last.
import type { Logger } from "pino";
import { CHAT_STREAMS_PER_TENANT } from "../../contracts/turns/chat.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";

export const TOUCH_EVERY_MS = 20_000;
const RETRY_AFTER_SECONDS = 5;

export interface OpenStreamsOptions {
  /** Notes activity of all these tenants in one statement. */
  readonly touch: (tenants: readonly Tenant[]) => Promise<void>;
  readonly log: Logger;
  readonly touchEveryMs?: number | undefined;
}

export interface OpenStreams {
  /**
   * Counts a chat in; call the result once when it has ended.
   * @throws FleetError RATE_LIMITED when the tenant has as many as it may have.
   */
  enter(tenant: Tenant): () => void;
  readonly count: number;
  /** Resolves when none is open any more, or after `timeoutMs`. */
  drained(timeoutMs: number): Promise<void>;
  close(): void;
}

export function createOpenStreams(options: OpenStreamsOptions): OpenStreams {
  const open = new Map<Tenant, number>();
  const waiting = new Set<() => void>();
  let count = 0;
  const timer = startTouching(open, options);

  function leave(tenant: Tenant): void {
    count -= 1;
    const left = (open.get(tenant) ?? 1) - 1;
    if (left > 0) open.set(tenant, left);
    else open.delete(tenant);
    if (count === 0) for (const resolve of waiting) resolve();
  }

  return {
    enter(tenant) {
      const now = open.get(tenant) ?? 0;
      if (now >= CHAT_STREAMS_PER_TENANT) throw tooMany();
      open.set(tenant, now + 1);
      count += 1;
      let left = false;
      return () => {
        if (!left) leave(tenant);
        left = true;
      };
    },
    get count() {
      return count;
    },
    async drained(timeoutMs) {
      if (count === 0) return;
      await new Promise<void>((resolve) => {
        const giveUp = setTimeout(resolve, timeoutMs);
        waiting.add(() => {
          clearTimeout(giveUp);
          resolve();
        });
      });
    },
    close: () => clearInterval(timer),
  };
}

/** One timer and one statement for all: an open chat counts as activity also while nothing is said. */
function startTouching(open: ReadonlyMap<Tenant, number>, options: OpenStreamsOptions): NodeJS.Timeout {
  const { touch, log, touchEveryMs = TOUCH_EVERY_MS } = options;
  const timer = setInterval(() => {
    if (open.size === 0) return;
    touch([...open.keys()]).catch((err: unknown) =>
      log.warn({ event: "activity_not_noted", err }, "activity of open chats was not noted"),
    );
  }, touchEveryMs);
  timer.unref();
  return timer;
}

function tooMany(): FleetError {
  const message = `You already have ${CHAT_STREAMS_PER_TENANT} open chats. Wait until one ends.`;
  return new FleetError("RATE_LIMITED", message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
