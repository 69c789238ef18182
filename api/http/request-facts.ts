// What is known about a request from the start: id, address, time; logged and counted when it ends.
import { randomUUID } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Principal } from "../../contracts/core/principal.ts";
import type { ApiMetrics } from "./metrics.ts";
import type { Route } from "./define-route.ts";
import type { ErrorStyle } from "./error-body.ts";
import { canonicalAddress } from "./remote-address.ts";

export const REQUEST_ID_HEADER = "x-request-id";

export interface RequestFacts {
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly log: Logger;
  readonly clientGone: AbortSignal;
  /** Set once a route matched. */
  route: Route | null;
  /** Set under a path prefix whose errors have their own format, also if no route matches. */
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

interface RegisterDeps {
  readonly log: Logger;
  readonly metrics: ApiMetrics;
  readonly listener: "public" | "internal";
}

/** A client's own x-request-id is not used: it could forge the trail of another request. */
export function registerRequest(deps: RegisterDeps): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    const gone = new AbortController();
    let log: Logger | undefined;
    const facts: RequestFacts = {
      requestId,
      remoteAddress: canonicalAddress(request.ip),
      // Created on first use: most requests log nothing but their end.
      get log() {
        return (log ??= deps.log.child({ requestId }));
      },
      clientGone: gone.signal,
      route: null,
      principal: null,
    };
    factsOf.set(request, facts);
    response.setHeader(REQUEST_ID_HEADER, requestId);
    response.once("close", () => {
      if (!response.writableFinished) gone.abort();
      noteEnd(deps, { facts, request, response, seconds: (performance.now() - startedAt) / 1_000 });
    });
    next();
  };
}

interface End {
  readonly facts: RequestFacts;
  readonly request: Request;
  readonly response: Response;
  readonly seconds: number;
}

function noteEnd({ log, metrics, listener }: RegisterDeps, { facts, request, response, seconds }: End): void {
  const operation = facts.route?.operationId ?? "none";
  const status = response.statusCode;
  metrics.observeRequest({ listener, operation, status, seconds });
  const entry = {
    ...{ event: "http_request", requestId: facts.requestId, listener, method: request.method, operation, status },
    ...{ durationMs: Math.round(seconds * 1_000), finished: response.writableFinished },
    ...{ remoteAddress: facts.remoteAddress, principal: facts.principal?.id },
  };
  log.info(entry, "request");
}
