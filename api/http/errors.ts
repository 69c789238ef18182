// The end of every middleware chain: unknown paths, and the one place that turns a thrown value into an answer.
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { FleetError } from "../../contracts/core/errors.ts";
import { errorAnswer, toFleetError, type ErrorStyle } from "./error-body.ts";
import type { PageFacts } from "./error-page.ts";
import { isDeclared } from "./route-errors.ts";
import { requestFacts, type RequestFacts } from "./request-facts.ts";

export const answerNotFound: RequestHandler = (_request, _response, next) => {
  next(new FleetError("NOT_FOUND", "There is nothing at this address."));
};

/** Tests look for it: such an answer is not in the description of the API. */
export const UNDECLARED_ERROR_EVENT = "error_undeclared";
/** For a part of the address space whose clients read errors of another form, also of paths that no route has. */
export function answerErrorsAs(style: ErrorStyle): RequestHandler {
  return (request, _response, next) => {
    requestFacts(request).errorStyle = style;
    next();
  };
}

const OPENAI_PREFIX = "/v1/";

/** Answers instead of JSON if it recognises the request as its own. */
export type ErrorPages = (request: Request, response: Response, facts: PageFacts) => boolean;

export const answerError: ErrorRequestHandler = answerErrors(() => false);

export function answerErrors(pages: ErrorPages): ErrorRequestHandler {
  // oxlint-disable-next-line max-params -- Express recognises an error handler by its four parameters.
  return (thrown: unknown, request, response, _next) => {
    const error = noted(thrown, requestFacts(request));
    if (response.headersSent) {
      // Too late for an error answer; cutting the connection is the only honest sign.
      response.destroy();
      return;
    }
    const { route, errorStyle, requestId } = requestFacts(request);
    const style = route?.errorStyle ?? errorStyle ?? (request.path.startsWith(OPENAI_PREFIX) ? "openai" : "fleet");
    const answer = errorAnswer(error, requestId, style);
    // The rest of an unread body would be mistaken for the next request.
    if (!request.complete) response.set("connection", "close");
    response.status(answer.status).set(answer.headers);
    if (!pages(request, response, { error, requestId })) response.json(answer.body);
  };
}

function noted(thrown: unknown, facts: RequestFacts): FleetError {
  const error = toFleetError(thrown);
  const entry = { event: "request_failed", code: error.code, operation: facts.route?.operationId };
  if (error.status >= 500) facts.log.error({ ...entry, err: error }, "request failed");
  else facts.log.debug(entry, "request refused");
  if (facts.route !== null && !isDeclared(facts.route, error.code)) {
    facts.log.error({ ...entry, event: UNDECLARED_ERROR_EVENT }, "the route answered with an error that it does not declare");
  }
  return error;
}
