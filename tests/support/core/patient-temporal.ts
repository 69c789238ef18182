// A way to Temporal for what tests ask themselves: the product gives up after 1.5 s and tries again later, they ask once.
import type { Temporal } from "../../../adapters/temporal/temporal-client.ts";

const PATIENCE_MS = 120_000;

/** The same with a deadline that only a hanging server misses. */
export function patiently(temporal: Temporal): Pick<Temporal, "call"> {
  return { call: (work, options) => temporal.call(work, { ...options, deadlineMs: PATIENCE_MS }) };
}
