// The broker's clock, standing still at a moment of the test's choice.
import type { TestDatabase } from "../core/database.ts";

export interface BrokerClock {
  /** Milliseconds of the epoch. */
  nowMs(): number;
  set(epochMs: number): Promise<void>;
  advance(milliseconds: number): Promise<void>;
}

/** From now on mosaic.now() stands still until it is moved. */
export async function stopClock(database: TestDatabase, startMs: number): Promise<BrokerClock> {
  let current = startMs;
  const clock: BrokerClock = {
    nowMs: () => current,
    async set(epochMs) {
      current = epochMs;
      await database.asOwner(
        `CREATE OR REPLACE FUNCTION mosaic.now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog
         AS $$ SELECT to_timestamp(${Math.round(epochMs)} / 1000.0) $$`,
      );
    },
    advance: (milliseconds) => clock.set(current + milliseconds),
  };
  await clock.set(startMs);
  return clock;
}
