// What the end of a test run says of what failed.
import { failureList } from "./failures.ts";

test("names each failure with its kind and file, what was said without colours, and the first place of our own", () => {
  const message = [
    "Error: \u001B[31mexpect\u001B[39m(received).toBe(expected)",
    "",
    "Expected: 1",
    "Received: 2",
    "    at Object.<anonymous> (/repo/node_modules/jest-circus/build/run.js:1:1)",
    "    at /repo/tests/browser/a.test.ts:12:3",
    "    at process.processTicks (node:internal/process:1:1)",
  ].join("\n");
  const list = failureList("Failed", [
    { kind: "checks", file: null, name: "check:lint", message: "2 errors" },
    { kind: "browser", file: "tests/browser/a.test.ts", name: "a dialog opens", message },
  ]);
  expect(list).toEqual([
    "Failed (2):",
    "✗ checks: check:lint",
    "    2 errors",
    "✗ browser: tests/browser/a.test.ts: a dialog opens",
    "    Error: expect(received).toBe(expected)",
    "    Expected: 1",
    "    Received: 2",
    "        at /repo/tests/browser/a.test.ts:12:3",
    "",
  ]);
});

test("keeps to the first lines of a long message, and says how many failures it leaves out", () => {
  const message = Array.from({ length: 100 }, (_, index) => `line ${index} ${"x".repeat(1_000)}`).join("\n");
  const failures = Array.from({ length: 50 }, (_, index) => ({ kind: "unit", file: null, name: `test ${index}`, message }));
  const list = failureList("Failed", failures);
  expect(list.filter((line) => line.startsWith("✗"))).toHaveLength(40);
  expect(list.slice(-2)).toEqual(["… and 10 more", ""]);
  expect(list).toHaveLength(1 + 40 * (1 + 12) + 2);
  expect(Math.max(...list.map((line) => line.length))).toBeLessThanOrEqual(204);
});

test("prints nothing when nothing failed", () => {
  expect(failureList("Failed", [])).toEqual([]);
});
