// What a second run of a failed file changes.
import type { Failure, Outcome } from "./outcome.ts";
import { FILES_RUN_AGAIN_MAX, runFailedAgain, type TestFile } from "./second-run.ts";

const failure = (file: string | null, name = "a test", kind = "integration"): Failure => ({ kind, file, name, message: "no" });

/** Runs files again in which exactly these fail. */
async function again(first: Outcome, broken: readonly string[]) {
  const ran: TestFile[] = [];
  const second = await runFailedAgain(first, (file) => {
    ran.push(file);
    const failures = broken.includes(file.file) ? [failure(file.file)] : [];
    return Promise.resolve({ passed: 2, failures });
  });
  return { ...second, ran };
}

test("a file that fails again has failed", async () => {
  const first = { passed: 5, failures: [failure("a.test.ts")] };
  expect(await again(first, ["a.test.ts"])).toMatchObject({ outcome: first, unstable: [] });
});

test("tests of a file that passes the second time count as passed, and are named", async () => {
  const upset = [failure("a.test.ts", "one"), failure("a.test.ts", "two")];
  const fault = failure("b.test.ts");
  const { outcome, unstable, ran } = await again({ passed: 5, failures: [...upset, fault] }, ["b.test.ts"]);
  expect(outcome).toEqual({ passed: 7, failures: [fault] });
  expect(unstable).toEqual(upset);
  expect(ran.map(({ file }) => file)).toEqual(["a.test.ts", "b.test.ts"]);
});

test("a file that passes without a test has not passed", async () => {
  const first = { passed: 5, failures: [failure("a.test.ts")] };
  const { outcome } = await runFailedAgain(first, () => Promise.resolve({ passed: 0, failures: [] }));
  expect(outcome).toEqual(first);
});

test("a check, the machine and a run that broke off are not run again", async () => {
  const first = { passed: 5, failures: [failure(null, "lint", "checks"), failure(null, "the run itself")] };
  expect(await again(first, [])).toMatchObject({ outcome: first, ran: [] });
});

test("nothing is run again if many files failed", async () => {
  const failures = Array.from({ length: FILES_RUN_AGAIN_MAX + 1 }, (_, i) => failure(`${i}.test.ts`));
  expect(await again({ passed: 5, failures }, [])).toMatchObject({ outcome: { passed: 5, failures }, ran: [] });
});
