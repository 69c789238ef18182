// What is read out of the result file of a Jest run.
import { readJestResult, type JestEnd } from "./jest-result.ts";

const passing = { fullName: "group passes", status: "passed", failureMessages: [] };
const failing = { fullName: "group fails", status: "failed", failureMessages: ["Error: first", "Error: second"] };

function end(files: readonly object[], more: Partial<JestEnd> = {}): JestEnd {
  const testResults = files.map((file) => ({
    startTime: 1_000,
    endTime: 3_500,
    status: "failed",
    message: "all of it",
    ...file,
  }));
  const text = JSON.stringify({ numPassedTests: 7, testResults });
  return { kind: "ui", root: "/repo", text, trouble: null, ...more };
}

test("gives the failed tests with their full names, files and messages, and each file's time", () => {
  const { outcome, files } = readJestResult(end([{ name: "/repo/ui/a.test.tsx", assertionResults: [passing, failing] }]));
  expect(outcome).toEqual({
    passed: 7,
    failures: [{ kind: "ui", file: "ui/a.test.tsx", name: "group fails", message: "Error: first\nError: second" }],
  });
  expect(files).toEqual([{ file: "ui/a.test.tsx", ms: 2_500 }]);
});

test("a file that could not be loaded, or whose end failed, is a failure of its own", () => {
  const { outcome } = readJestResult(end([{ name: "/repo/ui/a.test.tsx", assertionResults: [passing] }]));
  expect(outcome.failures).toEqual([{ kind: "ui", file: "ui/a.test.tsx", name: "the file itself", message: "all of it" }]);
});

test("a run that ends badly without a failed test is a failure all the same", () => {
  const passed = { name: "/repo/ui/a.test.tsx", status: "passed", message: "", assertionResults: [passing] };
  expect(readJestResult(end([passed])).outcome).toEqual({ passed: 7, failures: [] });
  expect(readJestResult(end([passed], { trouble: "exit code 1" })).outcome.failures).toEqual([
    { kind: "ui", file: null, name: "the run itself", message: "No test failed, but: exit code 1." },
  ]);
});

test("a run without a result is a failure that says how it ended", () => {
  expect(readJestResult(end([], { text: null, trouble: "ended by SIGKILL" }))).toEqual({
    outcome: {
      passed: 0,
      failures: [{ kind: "ui", file: null, name: "the run itself", message: "No result: ended by SIGKILL." }],
    },
    files: [],
  });
});
