// What is known about a request from its first moment on: id, address, time; logged and counted when it ends.
import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { Logger } from "pino";
import { FleetError } from "../../contracts/errors.ts";
import type { Principal } from "../../contracts/principal.ts";
import type { ApiMetrics } from "../metrics.ts";
import type { Route } from "../define-route.ts";
import type { ErrorStyle } from "../error-body.ts";
import { canonicalAddress } from "../remote-address.ts";

export const REQUEST_ID_HEADER = "x-request-id";

export interface RequestFacts {
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly log: Logger;
  readonly clientGone: AbortSignal;
  /** Set once a route matched. */
  route: Route | null;
  /** Set for a part of the address space whose errors have a form of their own, also where no route matches. */
  errorStyle?: ErrorStyle;
  /** Set once the caller is known. */
  principal: Principal | null;
}

const factsOf = new WeakMap<Request, RequestFacts>();

/** @throws FleetError INTERNAL when the middleware below has not run. */
export function requestFacts(request: Request): RequestFacts {
  const facts = factsOf.get(request);
  if (facts === undefined) throw new FleetError("INTERNAL", "The request was not registered.");
  return facts;
}

/** A client's own x-request-id is not taken over: it could forge the trail of another request. */
export function registerRequest(deps: { log: Logger; metrics: ApiMetrics; listener: "public" | "internal" }): RequestHandler {
  return (request, response, next) => {
    const startedAt = process.hrtime.bigint();
    const requestId = randomUUID();
    const gone = new AbortController();
    const facts: RequestFacts = {
      requestId,
      remoteAddress: canonicalAddress(request.ip),
      log: deps.log.child({ requestId }),
      clientGone: gone.signal,
      route: null,
      principal: null,
    };
    factsOf.set(request, facts);
    response.set(REQUEST_ID_HEADER, requestId);
    response.once("close", () => {
      const finished = response.writableFinished;
      if (!finished) gone.abort();
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      const operation = facts.route?.operationId ?? "none";
      deps.metrics.observeRequest({ listener: deps.listener, operation, status: response.statusCode, seconds });
      facts.log.info(
        {
          event: "http_request",
          listener: deps.listener,
          method: request.method,
          operation,
          status: response.statusCode,
          durationMs: Math.round(seconds * 1000),
          finished,
          remoteAddress: facts.remoteAddress,
          principal: facts.principal?.id,
        },
        "request",
      );
    });
    next();
  };
}
