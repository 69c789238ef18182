// The size of the long tests: in `npm test` what each says, in `npm run soak` many times as much.
import { randomInt } from "node:crypto";
import { SOAK_SEED_VARIABLE, SOAK_TIMES_VARIABLE } from "../../../scripts/test/soak-runs.ts";

const SEED_LIMIT = 2 ** 31;
const times = Number(process.env[SOAK_TIMES_VARIABLE] ?? "1");

export const isSoak = times > 1;

/** A count, or the time that it takes. */
export const sized = (inNpmTest: number): number => inNpmTest * times;

/** The random seed; printed by the tests that use it. */
export const RUN_SEED = Number(process.env[SOAK_SEED_VARIABLE] ?? randomInt(SEED_LIMIT));
