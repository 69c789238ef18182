// The soaks: each is a test of `npm test` at many times its size.
import type { Kind } from "./kinds.ts";

/** Set in a soak: how many times the size, and the random seed. */
export const SOAK_TIMES_VARIABLE = "MOSAIC_SOAK_TIMES";
export const SOAK_SEED_VARIABLE = "MOSAIC_SOAK_SEED";

interface Soak {
  readonly kind: Kind;
  /** The name of the test's file. */
  readonly file: string;
  /** How many times its size in `npm test`. */
  readonly times: number;
}

export const SOAKS: ReadonlyMap<string, Soak> = new Map<string, Soak>([
  ["lease-chaos", { kind: "integration", file: "credential-lease-chaos", times: 100 }],
  ["lease-model", { kind: "integration", file: "credential-lease-model", times: 40 }],
  ["container-races", { kind: "integration", file: "fault-races", times: 100 }],
  // Every value in every field.
  ["fuzz-bodies", { kind: "integration", file: "fuzz-bodies", times: 7 }],
  ["fuzz-public", { kind: "fuzz", file: "public", times: 5 }],
  ["outages", { kind: "e2e", file: "outages", times: 20 }],
]);
