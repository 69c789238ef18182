// Waits for a database that is unavailable for a moment, for the calls whose failure ends a test run.
import { setTimeout as delay } from "node:timers/promises";
import { databaseUnavailable } from "../../db/core/database-error.ts";
import { FleetError } from "../../contracts/core/errors.ts";

/**
 * Published clients take one heartbeat that fails, however it fails, for the loss of their lease: without patience a restart
 * of Postgres would fail every run that goes on. They wait 15 s for an answer (the contract's 6.2), so there is time for
 * one. No workflow can do this waiting: the caller is on the line, and leases must work without Temporal.
 */
export const PATIENCE_MS = 12_000;
const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 1_000;

export type Patiently = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * One deadline for all calls of one request; each call may be made several times, so it must do no harm twice. While it
 * waits the request holds no connection.
 * @throws FleetError DATABASE_UNAVAILABLE when the time is up, also while the last attempt still hangs.
 */
export function createPatience(patienceMs: number = PATIENCE_MS): Patiently {
  const endsAt = performance.now() + patienceMs;
  const leftMs = (): number => Math.max(0, endsAt - performance.now());
  return async (call) => {
    for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2)) {
      try {
        return await within(leftMs(), call);
      } catch (error) {
        const isAway = error instanceof FleetError && error.code === "DATABASE_UNAVAILABLE";
        if (!isAway || leftMs() <= pauseMs) throw error;
        await delay(pauseMs);
      }
    }
  };
}

async function within<T>(milliseconds: number, call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(databaseUnavailable("no answer while the caller waited")), milliseconds);
  });
  try {
    return await Promise.race([call(), late]);
  } finally {
    clearTimeout(timer);
  }
}
