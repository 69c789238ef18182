// The parts of a test run: the checks and the kinds of tests, what each needs of the machine, and which run side by side.

export const KINDS = ["unit", "ui", "integration", "browser", "fuzz", "e2e"] as const;
export type Kind = (typeof KINDS)[number];
export type Part = "checks" | Kind;

/** What tests need besides Node.js. They bring up Postgres themselves. */
export type Need = "containers" | "browser" | "fuzzing";

interface KindRules {
  /** How many test files of the kind run at once. */
  readonly files: number;
  readonly needs: readonly Need[];
}

export const KIND_RULES: Readonly<Record<Kind, KindRules>> = {
  unit: { files: 2, needs: [] },
  ui: { files: 2, needs: [] },
  integration: { files: 2, needs: ["containers"] },
  fuzz: { files: 2, needs: ["fuzzing"] },
  browser: { files: 2, needs: ["containers", "browser"] },
  // Each starts complete installations with agents.
  e2e: { files: 1, needs: ["containers"] },
};

/**
 * Lanes run side by side, the parts of a lane one after another. Two are enough for two processors: while one waits, the other
 * computes. More would only slow each other down, until the product's own deadlines pass.
 */
const LANES: readonly (readonly Part[])[] = [
  ["checks", "unit", "ui", "integration"],
  ["fuzz", "browser", "e2e"],
];

export function lanesOf(parts: readonly Part[]): readonly (readonly Part[])[] {
  return LANES.map((lane) => lane.filter((part) => parts.includes(part))).filter((lane) => lane.length > 0);
}

/** The checks wait for the machine themselves, because most do not need it. */
export function needsMachine(part: Part): boolean {
  return part !== "checks" && KIND_RULES[part].needs.length > 0;
}

export function isNeeded(need: Need, parts: readonly Part[]): boolean {
  return parts.some((part) => part !== "checks" && KIND_RULES[part].needs.includes(need));
}
