// Which parts of a test run run side by side.
import { isNeeded, KINDS, lanesOf, type Part } from "./kinds.ts";

const ALL: readonly Part[] = ["checks", ...KINDS];

test("every part is in exactly one lane", () => {
  expect(lanesOf(ALL).flat().toSorted()).toEqual(ALL.toSorted());
});

test("a single kind is a single lane, and nothing else is prepared for it", () => {
  expect(lanesOf(["browser"])).toEqual([["browser"]]);
  expect(isNeeded("browser", ["browser"])).toBe(true);
  expect(isNeeded("fuzzing", ["browser"])).toBe(false);
});

test("unit and ui tests need only Node.js", () => {
  for (const need of ["containers", "browser", "fuzzing"] as const) expect(isNeeded(need, ["unit", "ui"])).toBe(false);
});
