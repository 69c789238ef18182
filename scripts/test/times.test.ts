// The table of times at the end of a test run.
import { timeTable } from "./times.ts";

const part = { fromMs: 0, tests: 1, files: [] };

test("lists the parts by start time with the time of the whole run, and the slowest files first", () => {
  const table = timeTable(
    [
      {
        part: "integration",
        fromMs: 40_000,
        toMs: 1_060_000,
        tests: 1456,
        files: [{ file: "tests/integration/b.test.ts", ms: 45_000 }],
      },
      { part: "unit", fromMs: 0, toMs: 21_400, tests: 809, files: [{ file: "domain/a.test.ts", ms: 900 }] },
      { part: "e2e", fromMs: 30_000, toMs: 530_000, tests: 20, files: [] },
    ],
    1_061_000,
  );
  expect(table).toEqual([
    "             started     took  tests",
    "unit               0       21    809",
    "e2e               30      500     20",
    "integration       40     1020   1456",
    "whole run          0     1061   2285",
    "",
    "The slowest 2 files, in seconds:",
    "     45  tests/integration/b.test.ts",
    "      1  domain/a.test.ts",
  ]);
});

test("shows at most ten files", () => {
  const files = Array.from({ length: 12 }, (_, index) => ({ file: `f${index}`, ms: index * 1_000 }));
  const table = timeTable([{ ...part, part: "unit", toMs: 1_000, files }], 1_000);
  expect(table.filter((line) => / f\d+$/.test(line))).toHaveLength(10);
  expect(table).not.toContainEqual(expect.stringMatching(/ f1$/));
});

test("prints no list of files if none ran, and nothing if nothing ran", () => {
  expect(timeTable([{ ...part, part: "checks", toMs: 1_000 }], 1_000)).toHaveLength(3);
  expect(timeTable([], 0)).toEqual([]);
});
