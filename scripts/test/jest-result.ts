// Reads the result file of a Jest run: what passed, what failed and why, and how long each file took.
import { relative } from "node:path";
import { z } from "zod";
import type { Failure, Outcome } from "./outcome.ts";
import type { FileTime } from "./times.ts";

const resultSchema = z.looseObject({
  numPassedTests: z.number(),
  testResults: z.array(
    z.looseObject({
      name: z.string(),
      startTime: z.number(),
      endTime: z.number(),
      status: z.string(),
      /** What went wrong in the file, all in one. */
      message: z.string(),
      assertionResults: z.array(
        z.looseObject({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

type FileResult = z.infer<typeof resultSchema>["testResults"][number];

export interface JestRun {
  readonly outcome: Outcome;
  readonly files: readonly FileTime[];
}

export interface JestEnd {
  readonly kind: string;
  /** Of the repository, where the names of files begin. */
  readonly root: string;
  /** The result file; null when there is none. */
  readonly text: string | null;
  /** How the process ended, e.g. `exit code 1`; null: well. */
  readonly trouble: string | null;
}

export function readJestResult({ kind, root, text, trouble }: JestEnd): JestRun {
  const lone = (message: string): readonly Failure[] => [{ kind, file: null, name: "the run itself", message }];
  if (text === null) return { outcome: { passed: 0, failures: lone(`No result: ${trouble ?? "it ended well"}.`) }, files: [] };
  const { numPassedTests, testResults } = resultSchema.parse(JSON.parse(text));
  const failures = testResults.flatMap((result) => failuresOf(result, { kind, file: relative(root, result.name) }));
  return {
    outcome: {
      passed: numPassedTests,
      // A run that ends badly without a failed test (global set-up or tear-down) is a failure too.
      failures: failures.length === 0 && trouble !== null ? lone(`No test failed, but: ${trouble}.`) : failures,
    },
    files: testResults.map(({ name, startTime, endTime }) => ({ file: relative(root, name), ms: endTime - startTime })),
  };
}

function failuresOf(result: FileResult, where: Pick<Failure, "kind" | "file">): readonly Failure[] {
  const failures = result.assertionResults
    .filter(({ status }) => status === "failed")
    .map(({ fullName, failureMessages }) => ({ ...where, name: fullName, message: (failureMessages ?? []).join("\n") }));
  if (failures.length > 0 || result.status !== "failed") return failures;
  // It could not be loaded, or `afterAll` failed.
  return [{ ...where, name: "the file itself", message: result.message }];
}
