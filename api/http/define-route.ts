// Declares a route as one object; everything else (checks, audit, documentation) is derived from it.
import type { Request, Response } from "express";
import type { Logger } from "pino";
import type { z } from "zod";
import type { ContainerPrincipal, HumanPrincipal, Principal, Scope } from "../../contracts/core/principal.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { FleetError, type ErrorCode } from "../../contracts/core/errors.ts";
import type { GlobalTransaction, TenantTransaction } from "../../db/core/database.ts";
import type { Credential } from "../../db/core/admission.ts";
import type { ErrorStyle } from "./error-body.ts";
import type { RateLimitName } from "./rate-limits.ts";
import { parseInput } from "./parse-input.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/**
 * Who may call. `session`: a browser session; `user`: a session, or a personal key with the route's scope; `admin`: the
 * session of an administrator; `container`: an agent container, on the internal listener; `broker`: a secret or key of the
 * credential broker, which the handler looks at in the order of the broker's contract.
 */
export type Who = "public" | "session" | "user" | "admin" | "container" | "broker";

/** When the route answers: only until onboarding is done, only afterwards (the default), or always. */
export type OnboardingRule = "before" | "after" | "always";

/** What goes into the audit log. Both are written with the change, in its transaction. */
export interface AuditRule {
  readonly action: string;
  readonly target: string;
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

/** What a handler gets. */
export interface RouteContext<P, Q, B> extends AuditedWrites {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly principal: Principal | null;
  /** What the caller showed, not yet checked against the database; for routes whose handler authenticates. */
  readonly credential: Credential | null;
  /** The caller as a human; every route but `public` and `container` has one. */
  readonly user: HumanPrincipal;
  /** The caller as a container; only routes for containers have one. */
  readonly container: ContainerPrincipal;
  readonly requestId: string;
  /** Canonical text; behind a trusted proxy the client's, not the proxy's. */
  readonly remoteAddress: string;
  readonly log: Logger;
  readonly request: Request;
  readonly response: Response;
  /** Aborts when the client goes away before the answer is finished. */
  readonly clientGone: AbortSignal;
}

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
  /** Required where a key may call: `who` is `user`. */
  readonly scope?: Scope;
  readonly rateLimit: RateLimitName;
  /**
   * `handler`: the handler itself checks `credential`, user and scope, because it does so in the same round trip to
   * Postgres as its own work (the chat's hot path). Origin and CSRF token are checked before it all the same. The body is
   * its own matter too (`ownBody`): of a stranger none is read.
   */
  readonly authentication?: "handler";
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

interface RouteSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> extends RouteFacts {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Example of the body, for the documentation. */
  readonly bodyExample?: unknown;
  /** Bytes; the listener's limit of 1 MiB where absent. */
  readonly bodyLimitBytes?: number;
  readonly handler: (ctx: RouteContext<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Reply | typeof STREAMED>;
}

/** A request whose caller is known and allowed, before its values are checked. */
export type UncheckedContext = RouteContext<unknown, unknown, unknown>;

/** A declared route with its value types erased: what is mounted and documented. */
export interface Route extends RouteFacts {
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly bodyExample: unknown;
  readonly bodyLimitBytes: number | undefined;
  /** Checks params, query and body, then calls the handler. */
  readonly run: (unchecked: UncheckedContext) => Promise<Reply | typeof STREAMED>;
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
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<P, Q, B>): Route {
  assertComplete(spec);
  const { handler, params, query, body, ...facts } = spec;
  return {
    ...facts,
    params,
    query,
    body,
    bodyExample: spec.bodyExample,
    bodyLimitBytes: spec.bodyLimitBytes,
    run: async (unchecked) => {
      const checked = {
        params: parseInput(params, unchecked.params, "params"),
        query: parseInput(query, unchecked.query, "query"),
        body: parseInput(body, unchecked.body, "body"),
      };
      return await handler(withInput(unchecked, checked));
    },
  };
}

function withInput<P, Q, B>(unchecked: UncheckedContext, input: { params: P; query: Q; body: B }): RouteContext<P, Q, B> {
  return {
    ...input,
    principal: unchecked.principal,
    credential: unchecked.credential,
    get user() {
      return unchecked.user;
    },
    get container() {
      return unchecked.container;
    },
    requestId: unchecked.requestId,
    remoteAddress: unchecked.remoteAddress,
    get log() {
      return unchecked.log;
    },
    request: unchecked.request,
    response: unchecked.response,
    clientGone: unchecked.clientGone,
    write: unchecked.write,
    writeGlobally: unchecked.writeGlobally,
  };
}

function assertComplete(route: RouteFacts & { readonly body?: z.ZodType | undefined }): void {
  if (isUnsafe(route.method) && route.audit === undefined) {
    throw new FleetError("INTERNAL", `Route ${route.operationId} must say what is audited, or why nothing is.`);
  }
  if (route.who === "user" && route.scope === undefined) {
    throw new FleetError("INTERNAL", `Route ${route.operationId} may be called with a key and must name a scope.`);
  }
  if (route.authentication === "handler" && route.body !== undefined) {
    throw new FleetError("INTERNAL", `Route ${route.operationId} must read its body itself, once it knows the caller.`);
  }
}
