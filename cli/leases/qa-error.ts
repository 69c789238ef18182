// What goes wrong with the broker, under the codes that scripts know from the original command.
import { CliError } from "../terminal/cli-error.ts";
import { EXIT, type ExitCode } from "../terminal/exit-codes.ts";

export interface QaErrorFacts {
  /** Of the answer, when there was one. */
  readonly httpStatus?: number;
  readonly retryAfterMs?: number | undefined;
  readonly waiterId?: string | undefined;
  readonly position?: number | undefined;
  readonly expectedWaitMs?: number | null | undefined;
  readonly cure?: string;
}

const TOO_MANY_REQUESTS = 429;
const EXIT_OF_CODE: Readonly<Record<string, ExitCode>> = {
  MISSING_SITE_URL: EXIT.configuration,
  INVALID_SITE_URL: EXIT.configuration,
  MISSING_MAINTAINER_SECRET: EXIT.configuration,
  MISSING_CI_SECRET: EXIT.configuration,
  INVALID_ENV: EXIT.configuration,
  SERVER_MISCONFIGURED: EXIT.configuration,
  INVALID_ARGUMENT: EXIT.usage,
  AUTH_REQUIRED: EXIT.notAllowed,
  AUTH_INVALID: EXIT.notAllowed,
  AUTH_ROLE_MISMATCH: EXIT.notAllowed,
  POOL_EXHAUSTED: EXIT.unavailable,
  LEASE_LOST: EXIT.leaseLost,
  /** The kind's limit is a setting: the same command would be stopped again. */
  LEASE_LIFETIME_OVER: EXIT.configuration,
};

export class QaError extends CliError {
  readonly qaCode: string;
  readonly answer: QaErrorFacts;

  constructor(qaCode: string, message: string, answer: QaErrorFacts = {}) {
    const { cure } = answer;
    const exitCode = EXIT_OF_CODE[qaCode] ?? (mayPass(qaCode, answer) ? EXIT.unavailable : EXIT.failed);
    super(message, { exitCode, ...(cure === undefined ? {} : { cure }) });
    this.name = "QaError";
    this.qaCode = qaCode;
    this.answer = answer;
  }

  /** The same call may succeed in a moment. */
  get isTransient(): boolean {
    return mayPass(this.qaCode, this.answer);
  }
}

/** Answers that may be others in a moment: the broker, or what it needs, is away. A wrong setting does not mend itself. */
function mayPass(qaCode: string, { httpStatus = 0 }: QaErrorFacts): boolean {
  if (qaCode === "BROKER_REQUEST_FAILED" || httpStatus === TOO_MANY_REQUESTS) return true;
  return httpStatus >= 500 && qaCode !== "SERVER_MISCONFIGURED";
}
