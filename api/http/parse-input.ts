// Checks one part of a request against its schema.
import type { z } from "zod";
import { FleetError, type FieldProblem } from "../../contracts/core/errors.ts";
import { validationWords } from "../../contracts/core/validation-words.ts";
import { unstorableText } from "../../domain/core/plain-text.ts";

/** At most this many problems are listed; a form never shows more. */
const PROBLEMS_MAX = 50;

type InputPart = "params" | "query" | "body";

/**
 * @throws FleetError VALIDATION_FAILED with one problem per field; NOT_FOUND for `params`, so that a malformed id answers
 * like an unknown one.
 */
export function parseInput<S extends z.ZodType>(schema: S | undefined, value: unknown, part: InputPart): z.output<S>;
export function parseInput(schema: z.ZodType | undefined, value: unknown, part: InputPart): unknown {
  // Without a schema the type parameter is ZodUndefined: nothing of this part reaches the handler.
  if (schema === undefined) return undefined;
  const unstorable = unstorableText(value);
  if (unstorable.length > 0) throw refused(part, unstorable);
  const result = schema.safeParse(value, { error: validationWords });
  if (result.success) return result.data;
  throw refused(part, fieldProblems(result.error));
}

function refused(part: InputPart, problems: readonly FieldProblem[]): FleetError {
  if (part === "params") return new FleetError("NOT_FOUND", "There is nothing at this address.");
  return new FleetError("VALIDATION_FAILED", messageFor(part), { validations: problems.slice(0, PROBLEMS_MAX) });
}

function messageFor(part: "query" | "body"): string {
  return part === "body" ? "Some fields are not valid." : "Some query parameters are not valid.";
}

/** `error` must come from a parse with our own words. One entry per problem, in the order of the input. Values are never repeated: they may be secrets. */
function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ path: [...path, key.slice(0, 100)].join("."), message: "This field is unknown." }));
    }
    return [{ path: path.join("."), message: issue.message }];
  });
}
