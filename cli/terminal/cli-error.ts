// An end of `mosaic` that is explained to whoever called it.
import type { ErrorCode, FieldProblem } from "../../contracts/errors.ts";

export interface CliErrorFacts {
  /** One of EXIT, or the code of a command that was run. */
  readonly exitCode: number;
  /** What to do about it: a sentence or a command. */
  readonly cure?: string;
  /** Of the API, when it answered. */
  readonly code?: ErrorCode | undefined;
  readonly requestId?: string | undefined;
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
