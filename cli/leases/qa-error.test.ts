import { EXIT } from "../terminal/exit-codes.ts";
import { QaError } from "./qa-error.ts";

test.each([
  ["no answer", "BROKER_REQUEST_FAILED", undefined, true, EXIT.unavailable],
  ["a broker whose database is away", "DATABASE_UNAVAILABLE", 503, true, EXIT.unavailable],
  ["a fault of the broker", "INTERNAL_ERROR", 500, true, EXIT.unavailable],
  ["a proxy whose broker is away", "BROKER_HTTP_ERROR", 502, true, EXIT.unavailable],
  ["too many requests", "RATE_LIMITED", 429, true, EXIT.unavailable],
  ["a broker without secrets", "SERVER_MISCONFIGURED", 500, false, EXIT.configuration],
  ["a wrong secret", "AUTH_INVALID", 401, false, EXIT.notAllowed],
  ["a lease that is another's", "LEASE_NOT_OWNER", 200, false, EXIT.failed],
  ["a path that leads elsewhere", "BROKER_HTTP_ERROR", 404, false, EXIT.failed],
])("%s: tried again or not, and the exit code", (_what, code, httpStatus, isTransient, exitCode) => {
  const error = new QaError(code, "It went wrong.", httpStatus === undefined ? {} : { httpStatus });
  expect([error.isTransient, error.facts.exitCode]).toEqual([isTransient, exitCode]);
});
