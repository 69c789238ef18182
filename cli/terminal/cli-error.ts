// An error that ends `mosaic` with an explanation for its caller.
import type { ErrorCode, FieldProblem } from "../../contracts/core/errors.ts";

export interface CliErrorFacts {
  /** One of EXIT, or the code of a command that was run. */
  readonly exitCode: number;
  /** What to do about it: a sentence or a command. */
  readonly cure?: string;
  /** Of the API, when it answered. */
  readonly code?: ErrorCode | undefined;
  readonly requestId?: string | undefined;
  /** Of the API, where the same call may succeed later. */
  readonly retryAfterMs?: number | undefined;
  readonly validations?: readonly FieldProblem[] | undefined;
  /** It was printed already. */
  readonly isReported?: boolean;
}

export class CliError extends Error {
  readonly facts: CliErrorFacts;

  constructor(message: string, facts: CliErrorFacts) {
    super(message);
    this.name = "CliError";
    this.facts = facts;
  }
}
