// Mounts declared routes on an Express application. Every request of every route takes the same steps, in this order.
import type { Express, Request, RequestHandler, Response } from "express";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Database } from "../../db/core/database.ts";
import { ACCESS, type Access, type Call, type Door, type Identified } from "./access.ts";
import { createAuditTrail, type AuditTrail } from "./audited-write.ts";
import { STREAMED, type Reply, type Route, type UncheckedContext } from "./define-route.ts";
import { BODY_LIMIT_BYTES, readJsonBody } from "./json-body.ts";
import { refuseForeignHost } from "./ingress.ts";
import type { RateLimits } from "./rate-limits.ts";
import { requestFacts, type RequestFacts } from "./request-facts.ts";
import { addressGroup } from "./remote-address.ts";
import type { Caller, Who } from "./who.ts";

export interface MountOptions {
  /** Of the listener. */
  readonly door: Door;
  readonly db: Database;
  readonly limits: RateLimits;
}

/**
 * Routes without a parameter are found by their path at once, before the others, which are matched in the order given. A known
 * path with another method answers 405 with Allow.
 */
export function mountRoutes(app: Express, routes: readonly Route[], options: MountOptions): void {
  assertUnique(routes);
  const fixed = new Map<string, RequestHandler>();
  app.use((request, response, next) => {
    const handler = fixed.get(request.path);
    return handler === undefined ? next() : handler(request, response, next);
  });
  for (const path of new Set(routes.map((route) => route.path))) {
    const handler = handleMethods(
      routes.filter((route) => route.path === path),
      options,
    );
    if (/[:*{]/.test(path)) app.all(path, handler);
    else fixed.set(path, handler);
  }
}

/** HEAD is answered with the headers of GET. */
function handleMethods(routes: readonly Route[], options: MountOptions): RequestHandler {
  const byMethod = new Map(routes.map((route) => [route.method.toUpperCase(), handle(route, options)]));
  const otherwise = refuseMethod(routes);
  return (request, response, next) => {
    const method = request.method === "HEAD" ? "GET" : request.method;
    return (byMethod.get(method) ?? otherwise)(request, response, next);
  };
}

function handle(route: Route, options: MountOptions): RequestHandler {
  const { by, byAnyHostName }: Access<Who> = ACCESS[route.who];
  return async (request, response) => {
    const facts = requestFacts(request);
    facts.route = route;
    if (byAnyHostName !== true) refuseForeignHost(request);
    dropConditions(request);
    const { requestId, remoteAddress } = facts;
    const call = { route, request, remoteAddress };
    const identified = await options.door[by].identify(call);
    const { principal } = identified;
    facts.principal = principal;
    const { params } = request;
    const trail = createAuditTrail(options.db, route, { requestId, remoteAddress, principal, params });
    try {
      const { body, caller } = await admit(options.door, call, identified);
      const reply = await route.run(contextOf({ request, response, body, facts, trail }), caller);
      trail.assertWritten();
      if (reply !== STREAMED) send(route, response, reply);
    } catch (thrown) {
      if (thrown instanceof FleetError) await noteRefusal(thrown, { limits: options.limits, facts, trail });
      throw thrown;
    }
  };
}

/** Who takes half a minute over the last byte may lose their access meanwhile: after a body the caller is asked again. */
async function admit(door: Door, call: Call, identified: Identified): Promise<{ body: unknown; caller: Caller }> {
  const { route, request } = call;
  const access: Access<Who> = ACCESS[route.who];
  const caller = access.admit(route, identified);
  if (route.body === undefined) return { body: undefined, caller };
  const body = await readJsonBody(request, route.bodyLimitBytes ?? BODY_LIMIT_BYTES);
  if (body === undefined) return { body, caller };
  return { body, caller: access.admit(route, await door[access.by].identifyAgain(call, identified)) };
}

interface Refusal {
  readonly limits: RateLimits;
  readonly facts: RequestFacts;
  readonly trail: Pick<AuditTrail, "recordRefusal">;
}

/** @throws FleetError RATE_LIMITED for who is refused so often that the audit log would fill with it. */
async function noteRefusal(error: FleetError, { limits, facts, trail }: Refusal): Promise<void> {
  const { principal, remoteAddress } = facts;
  if (error.code === "FORBIDDEN" && principal !== null) await limits.consume("refused", principal.id);
  await trail.recordRefusal(error);
  // Where the handler authenticates, wrong credentials are noticed only here.
  if (error.code === "UNAUTHENTICATED") await limits.consume("anonymous", addressGroup(remoteAddress));
}

/** Answers are not stored (`no-store`), so none is unchanged: otherwise Express would turn `If-None-Match: *` into a 304. */
function dropConditions({ headers }: Request): void {
  delete headers["if-none-match"];
  delete headers["if-modified-since"];
}

interface Parts {
  readonly request: Request;
  readonly response: Response;
  readonly body: unknown;
  readonly facts: RequestFacts;
  readonly trail: Pick<UncheckedContext, "write" | "writeGlobally">;
}

function contextOf({ request, response, body, facts, trail }: Parts): UncheckedContext {
  return {
    params: request.params,
    query: request.query,
    body,
    requestId: facts.requestId,
    remoteAddress: facts.remoteAddress,
    get log() {
      return facts.log;
    },
    request,
    response,
    clientGone: facts.clientGone,
    write: trail.write,
    writeGlobally: trail.writeGlobally,
  };
}

/** The declared schema decides what leaves: a field that is not in it makes the answer fail, and never slips out. */
function send(route: Route, response: Response, reply: Reply): void {
  const rule = route.responses[reply.status];
  if (rule === undefined)
    throw new FleetError("INTERNAL", `Route ${route.operationId} does not declare status ${reply.status}.`);
  response.status(reply.status).set(reply.headers ?? {});
  if (rule.schema !== undefined) {
    const checked = rule.schema.safeParse(reply.body);
    if (!checked.success) throw new FleetError("INTERNAL", "The answer did not match its schema.", { cause: checked.error });
    response.json(checked.data);
  } else if (typeof reply.body === "string") {
    response.type(typeof rule.contentType === "string" ? rule.contentType : "text/plain").send(reply.body);
  } else {
    response.end();
  }
}

function refuseMethod(routes: readonly Route[]): RequestHandler {
  const methods = routes.map((route) => route.method.toUpperCase());
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ");
  return (_request, response) => {
    response.set("allow", allow);
    throw new FleetError("METHOD_NOT_ALLOWED", `Use one of: ${allow}.`);
  };
}

function assertUnique(routes: readonly Route[]): void {
  const names = routes.flatMap((route) => [`${route.method} ${route.path}`, route.operationId]);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new FleetError("INTERNAL", `Two routes are called ${twice}.`);
}
