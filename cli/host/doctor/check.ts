// What one check of `mosaic doctor` finds.

export interface Finding {
  /** `warn`: it works, or will, but someone should know. */
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What to do about it; null when there is nothing to do. */
  readonly cure: string | null;
}

export interface Check {
  readonly name: string;
  /** An error that is thrown counts as failed, with its message. */
  run(): Promise<Finding>;
}

export interface CheckResult extends Finding {
  readonly name: string;
}

export function ok(detail: string): Finding {
  return { status: "ok", detail, cure: null };
}

export function warn(detail: string, cure: string): Finding {
  return { status: "warn", detail, cure };
}

export function fail(detail: string, cure: string): Finding {
  return { status: "fail", detail, cure };
}

/** All at once; the results stay in the order of the checks. */
export function runChecks(checks: readonly Check[]): Promise<CheckResult[]> {
  return Promise.all(
    checks.map(async ({ name, run }) => {
      try {
        return { name, ...(await run()) };
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        return { name, status: "fail" as const, detail, cure: null };
      }
    }),
  );
}
