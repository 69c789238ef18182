// Declares a route as one object; everything else (checks, audit, documentation) is derived from it.
import type { Request, Response } from "express";
import type { Logger } from "pino";
import type { z } from "zod";
import type { AuditAction, AuditTarget } from "../../contracts/audit/actions.ts";
import type { Scope } from "../../contracts/core/principal.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { FleetError, type ErrorCode } from "../../contracts/core/errors.ts";
import type { GlobalTransaction, TenantTransaction } from "../../db/core/database.ts";
import type { ErrorStyle } from "./error-body.ts";
import type { RateLimitName } from "./rate-limits.ts";
import { parseInput } from "./parse-input.ts";
import { isCaller, SCOPED, type Caller, type Who } from "./who.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** When the route answers: only until onboarding is done, only afterwards (the default), or always. */
export type OnboardingRule = "before" | "after" | "always";

/** What goes into the audit log. Both are written with the change, in its transaction. */
export interface AuditRule {
  readonly action: AuditAction;
  readonly target: AuditTarget;
}
/** For an unsafe method that changes nothing worth recording. */
export interface NoAudit {
  readonly none: string;
}

/** Facts of one audited change that only the handler knows. Never a secret. */
export interface AuditFacts {
  readonly targetId?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Where one route does several things, what this call did. */
  readonly done?: AuditRule;
  /** Who acted, when the call itself carries no principal yet (sign-in, the first admin). */
  readonly actor?: { readonly id: string; readonly name: string };
}

export interface ResponseRule {
  readonly description: string;
  /** Absent: an answer without a JSON body, or one written by the handler itself. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** Default application/json. Several only where the handler itself writes the answer. */
  readonly contentType?: string | readonly string[];
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Returned by a handler that has written (or is writing) the answer itself. */
export const STREAMED = Symbol("streamed");

/** What a handler has, whoever calls. */
export interface CallContext<P, Q, B> extends AuditedWrites {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly requestId: string;
  /** Canonical text; behind a trusted proxy the client's, not the proxy's. */
  readonly remoteAddress: string;
  readonly log: Logger;
  readonly request: Request;
  readonly response: Response;
  /** Aborts when the client goes away before the answer is finished. */
  readonly clientGone: AbortSignal;
}

/** What a handler gets: the call, and what there is of such a caller. */
export type RouteContext<W extends Who, P, Q, B> = CallContext<P, Q, B> & Caller<W>;

/**
 * One transaction that holds the change and its audit row. An audited route must call one of the two before it answers.
 * `facts` turns the work's result into what the audit row says.
 */
export interface AuditedWrites {
  /** With the tenant set; row-level security sees nothing else. */
  write<T>(tenant: Tenant, work: (tx: TenantTransaction) => Promise<T>, facts?: (result: T) => AuditFacts): Promise<T>;
  /** Without a tenant: users, sessions, settings. */
  writeGlobally<T>(work: (tx: GlobalTransaction) => Promise<T>, facts?: (result: T) => AuditFacts): Promise<T>;
}

interface RouteFacts {
  readonly method: Method;
  /** Express form, e.g. `/api/me/providers/:id`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly who: Who;
  /** Required where a key may call. */
  readonly scope?: Scope;
  readonly rateLimit: RateLimitName;
  /** Required for every method but GET. */
  readonly audit?: AuditRule | NoAudit;
  readonly onboarding?: OnboardingRule;
  readonly responses: Readonly<Record<number, ResponseRule>>;
  /** Errors of the handler's own, beside those that follow from the rest of the declaration (see errorCodesOf). */
  readonly errors?: readonly ErrorCode[];
  /** Shape of error bodies: ours, or the one that clients of the route understand. */
  readonly errorStyle?: ErrorStyle;
  /** For the documentation, where the handler reads the body itself because it must know the caller before. */
  readonly ownBody?: z.ZodType;
}

interface RouteSpec<W extends Who, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> extends RouteFacts {
  readonly who: W;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Example of the body, for the documentation. */
  readonly bodyExample?: unknown;
  /** Bytes; the listener's limit of 1 MiB where absent. */
  readonly bodyLimitBytes?: number;
  readonly handler: (ctx: RouteContext<W, z.output<P>, z.output<Q>, z.output<B>>) => Promise<Reply | typeof STREAMED>;
}

/** A request before its values are checked. */
export type UncheckedContext = CallContext<unknown, unknown, unknown>;

/** A declared route with its value types erased: what is mounted and documented. */
export interface Route extends RouteFacts {
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly bodyExample: unknown;
  readonly bodyLimitBytes: number | undefined;
  /** Checks params, query and body, then calls the handler. */
  readonly run: (unchecked: UncheckedContext, caller: Caller) => Promise<Reply | typeof STREAMED>;
}

const SAFE_METHODS: ReadonlySet<Method> = new Set(["get"]);

export function isUnsafe(method: Method): boolean {
  return !SAFE_METHODS.has(method);
}

/**
 * Declares one route. Values that the schemas refuse answer 422 (a malformed id in the path: 404, like an unknown one).
 * @throws FleetError INTERNAL at start-up when the declaration itself is incomplete.
 */
export function defineRoute<
  W extends Who,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<W, P, Q, B>): Route {
  assertComplete(spec);
  const { handler, params, query, body, ...facts } = spec;
  const { who } = spec;
  return {
    ...facts,
    params,
    query,
    body,
    bodyExample: spec.bodyExample,
    bodyLimitBytes: spec.bodyLimitBytes,
    run: async (unchecked, caller) => {
      if (!isCaller(who, caller)) throw new FleetError("INTERNAL", `Route ${spec.operationId} was given another caller.`);
      const checked = {
        params: parseInput(params, unchecked.params, "params"),
        query: parseInput(query, unchecked.query, "query"),
        body: parseInput(body, unchecked.body, "body"),
      };
      return await handler(Object.assign(withInput(unchecked, checked), caller));
    },
  };
}

/** The log is made on first use. */
function withInput<P, Q, B>(call: UncheckedContext, input: { params: P; query: Q; body: B }): CallContext<P, Q, B> {
  return {
    ...input,
    requestId: call.requestId,
    remoteAddress: call.remoteAddress,
    get log() {
      return call.log;
    },
    request: call.request,
    response: call.response,
    clientGone: call.clientGone,
    write: call.write,
    writeGlobally: call.writeGlobally,
  };
}

function assertComplete(route: RouteFacts & { readonly body?: z.ZodType | undefined }): void {
  if (isUnsafe(route.method) && route.audit === undefined) {
    throw new FleetError("INTERNAL", `Route ${route.operationId} must say what is audited, or why nothing is.`);
  }
  if (SCOPED.has(route.who) && route.scope === undefined) {
    throw new FleetError("INTERNAL", `Route ${route.operationId} may be called with a key and must name a scope.`);
  }
  if (route.who === "credential" && route.body !== undefined) {
    throw new FleetError("INTERNAL", `Route ${route.operationId} must read its body itself, once it knows the caller.`);
  }
}
