// Each file with a failed test is run once more, alone, after everything else: a fault fails again, a test that only a busy
// machine upset does not. Such a test is named in the output, so that it gets mended.
import { KINDS, type Kind } from "./kinds.ts";
import type { Failure, Outcome } from "./outcome.ts";

/** If more files than this failed, the cause is no coincidence, and nothing is run again. */
export const FILES_RUN_AGAIN_MAX = 3;

export interface TestFile {
  readonly kind: Kind;
  /** Relative to the repository. */
  readonly file: string;
}

export interface SecondRun {
  /** A test that passed the second time counts as passed. */
  readonly outcome: Outcome;
  /** What failed the first time only. */
  readonly unstable: readonly Failure[];
}

/** @param runAlone runs one file and says what became of its tests */
export async function runFailedAgain(first: Outcome, runAlone: (file: TestFile) => Promise<Outcome>): Promise<SecondRun> {
  const files = failedFiles(first.failures);
  if (files.length > FILES_RUN_AGAIN_MAX) return { outcome: first, unstable: [] };
  const passed = new Set<string>();
  for (const file of files) {
    const second = await runAlone(file);
    if (second.failures.length === 0 && second.passed > 0) passed.add(keyOf(file));
  }
  const unstable = first.failures.filter((failure) => passed.has(keyOf(failure)));
  const failures = first.failures.filter((failure) => !passed.has(keyOf(failure)));
  return { outcome: { passed: first.passed + unstable.length, failures }, unstable };
}

/** Failures that belong to no file (a check, the machine, a run that broke off) are final. */
function failedFiles(failures: readonly Failure[]): readonly TestFile[] {
  const files = new Map<string, TestFile>();
  for (const { kind: name, file } of failures) {
    const kind = KINDS.find((known) => known === name);
    if (kind !== undefined && file !== null) files.set(keyOf({ kind, file }), { kind, file });
  }
  return [...files.values()];
}

function keyOf({ kind, file }: Pick<Failure, "kind" | "file">): string {
  return `${kind} ${file}`;
}
