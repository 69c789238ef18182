// Parses the arguments of a workflow's start: another release's may lack fields, and anyone who reaches Temporal can send any.
import { ApplicationFailure } from "@temporalio/workflow";
import type { z } from "zod";

/** @throws ApplicationFailure INVALID_INPUT, which ends the run: any other error would be retried forever */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => (path.length === 0 ? "the whole" : path.join(".")));
  throw ApplicationFailure.nonRetryable(
    `The workflow was started with invalid arguments: ${fields.join(", ")}.`,
    "INVALID_INPUT",
  );
}
