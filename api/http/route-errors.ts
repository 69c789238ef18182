// Which errors a route may answer with: those that follow from its declaration, and those it names itself.
import { ERROR_RULES, type ErrorCode } from "../../contracts/core/errors.ts";
import { isUnsafe, type Route } from "./define-route.ts";

/** Faults of ours. No caller can prepare for them, so that they are in no description. */
const FAULT_STATUS = 500;

/**
 * Without repetition. The description lists them by status, and an answer with any other error is a fault of ours that
 * is logged; see `isDeclared`.
 */
export function errorCodesOf(route: Route): readonly ErrorCode[] {
  const codes: ErrorCode[] = ["BAD_REQUEST", "FORBIDDEN", "RATE_LIMITED", ...callerErrors(route), ...inputErrors(route)];
  if (needsDatabase(route)) codes.push("DATABASE_UNAVAILABLE");
  return [...new Set([...codes, ...(route.errors ?? [])])];
}

export function isDeclared(route: Route, code: ErrorCode): boolean {
  return ERROR_RULES[code].status === FAULT_STATUS || errorCodesOf(route).includes(code);
}

function callerErrors(route: Route): readonly ErrorCode[] {
  const codes: ErrorCode[] = [];
  if (route.who !== "public") codes.push("UNAUTHENTICATED");
  // The handler looks at the caller itself, in the order of its contract, and answers in its envelope.
  if (route.who === "broker") return ["MALFORMED_BODY", "PAYLOAD_TOO_LARGE"];
  if (route.who === "container") return [...codes, "NOT_FOUND"];
  if (isUnsafe(route.method)) codes.push("CSRF_REJECTED");
  if (route.onboarding === "before") codes.push("ONBOARDING_DONE");
  if ((route.onboarding ?? "after") === "after") codes.push("ONBOARDING_REQUIRED");
  return codes;
}

function inputErrors(route: Route): readonly ErrorCode[] {
  const codes: ErrorCode[] = [];
  if (route.params !== undefined) codes.push("NOT_FOUND");
  if (route.query !== undefined) codes.push("VALIDATION_FAILED");
  if (route.body !== undefined || (route.ownBody !== undefined && route.who !== "broker"))
    codes.push("VALIDATION_FAILED", "MALFORMED_BODY", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE");
  return codes;
}

/** To know the caller, the state of the set-up, or to write the audit row. */
function needsDatabase(route: Route): boolean {
  return route.who !== "public" || route.onboarding !== "always" || isUnsafe(route.method);
}
