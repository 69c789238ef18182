// A route of the broker: caller, body and fields are looked at in the order of the contract, then the handler acts.
import { z } from "zod";
import { brokerErrorSchema } from "../../contracts/leases/credential-broker.ts";
import { BROKER_ROLES } from "../../contracts/leases/credential-lease.ts";
import { validationWords } from "../../contracts/core/validation-words.ts";
import { defineRoute, type Reply, type Route, type RouteContext } from "../http/define-route.ts";
import { BODY_LIMIT_BYTES, readUntypedJson } from "../http/json-body.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import { addressGroup } from "../http/remote-address.ts";
import { refuse } from "./answers.ts";
import type { Audience, BrokerAuthenticator, BrokerCaller, DoorRefusal } from "./authenticator.ts";
import { createPatience, type Patiently } from "./patience.ts";

export interface BrokerRouteDeps {
  readonly prefix: string;
  readonly authenticator: BrokerAuthenticator;
  readonly limits: RateLimits;
}

/** One call that passed the door and whose fields are well formed. */
export interface BrokerCall<B> {
  readonly caller: BrokerCaller;
  readonly body: B;
  /** The whole body, for routes that check some fields later. */
  readonly fields: Fields;
  /** Of the HTTP request. */
  readonly context: RouteContext<"broker", unknown, unknown, unknown>;
}

export interface BrokerRouteSpec<B extends z.ZodType> {
  /** Below the prefix, e.g. `/admin/add`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly audience: Audience;
  readonly body: B;
  readonly bodyExample: unknown;
  readonly bodyLimitBytes?: number;
  readonly reply: z.ZodType;
  /** Waits for a database that is unavailable for a moment. Only for handlers that do no harm twice: see patience.ts. */
  readonly isPatient?: boolean;
  readonly handler: (call: BrokerCall<z.output<B>>) => Promise<Reply>;
}

export type Fields = Readonly<Record<string, unknown>>;
export type Passed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reply: Reply };

/** Payloads are the callers' own: deep ones are no bait here, but the parser's stack is not endless. */
const BODY_DEPTH_MAX = 512;
const EVENTS_INSTEAD = "Every change is an event of the broker's own log; reads of payloads are audited by the handler.";
const ERROR_STATUSES = [400, 401, 403, 409, 413, 500] as const;

const DOOR_MESSAGES: Readonly<Record<DoorRefusal, string>> = {
  AUTH_REQUIRED: "Send the header Authorization: Bearer <secret>.",
  AUTH_INVALID: "The secret is not valid.",
  AUTH_ROLE_MISMATCH: "This requires a maintainer's secret.",
  SERVER_MISCONFIGURED: "The server has no secret configured for this role.",
};

export function brokerRoute<B extends z.ZodType>(deps: BrokerRouteDeps, spec: BrokerRouteSpec<B>): Route {
  const failed = { description: "Refused.", schema: brokerErrorSchema };
  return defineRoute({
    method: "post",
    path: `${deps.prefix}${spec.path}`,
    operationId: spec.operationId,
    summary: spec.summary,
    who: "broker",
    rateLimit: "broker",
    // Runners of other projects must not stand still while someone sets up agents.
    onboarding: "always",
    audit: { none: EVENTS_INSTEAD },
    errorStyle: "broker",
    ownBody: spec.body,
    bodyExample: spec.bodyExample,
    responses: {
      200: {
        description: "Done, or refused because of the state of leases and credentials; see `status`.",
        schema: z.union([spec.reply, brokerErrorSchema]),
      },
      ...Object.fromEntries(ERROR_STATUSES.map((status) => [status, failed])),
    },
    handler: (context) => answer(deps, spec, context),
  });
}

async function answer<B extends z.ZodType>(
  deps: BrokerRouteDeps,
  spec: BrokerRouteSpec<B>,
  context: RouteContext<"broker", unknown, unknown, unknown>,
): Promise<Reply> {
  const patiently: Patiently = spec.isPatient === true ? createPatience() : (call) => call();
  const caller = await passDoor(deps, { audience: spec.audience, patiently }, context);
  if (!caller.ok) return caller.reply;
  const fields = await readFields(context, spec.bodyLimitBytes ?? BODY_LIMIT_BYTES);
  if (!fields.ok) return fields.reply;
  const wrongRole = spec.audience === "lease" ? checkRole(fields.value, caller.value) : null;
  if (wrongRole !== null) return wrongRole;
  const { actor } = caller.value;
  const body = checkFields(spec.body, spec.audience === "lease" ? { ...fields.value, actorRole: actor.role } : fields.value);
  if (!body.ok) return body.reply;
  const wrongKind = checkKind(body.value, caller.value);
  if (wrongKind !== null) return wrongKind;
  const call = { caller: caller.value, body: body.value, fields: fields.value, context };
  return await patiently(() => spec.handler(call));
}

/** Before anything of the body is read. Failures count against the address, successes against the actor. */
async function passDoor(
  deps: BrokerRouteDeps,
  { audience, patiently }: { readonly audience: Audience; readonly patiently: Patiently },
  { request, remoteAddress }: RouteContext<"broker", unknown, unknown, unknown>,
): Promise<Passed<BrokerCaller>> {
  const caller = await patiently(() => deps.authenticator.authenticate(request.headers.authorization, audience));
  if (typeof caller === "string") {
    await deps.limits.consume("anonymous", addressGroup(remoteAddress));
    const reply = refuse(caller, DOOR_MESSAGES[caller]);
    // Of a stranger no body is taken in, not even to be thrown away.
    return { ok: false, reply: request.complete ? reply : { ...reply, headers: { connection: "close" } } };
  }
  await deps.limits.consume("broker", caller.actor.id);
  return { ok: true, value: caller };
}

/** The body as an object. What is no JSON at all is thrown as MALFORMED_BODY, the envelope's INVALID_JSON. */
async function readFields(
  { request }: RouteContext<"broker", unknown, unknown, unknown>,
  limitBytes: number,
): Promise<Passed<Fields>> {
  const read = await readUntypedJson(request, { bytes: limitBytes, depth: BODY_DEPTH_MAX });
  const fields = z.record(z.string(), z.unknown()).safeParse(read);
  if (!fields.success) return { ok: false, reply: refuse("INVALID_BODY", "The body must be a JSON object.") };
  return { ok: true, value: fields.data };
}

/** The role comes before all other fields, and what is no role at all has a code of its own. */
function checkRole({ actorRole }: Fields, { actor }: BrokerCaller): Reply | null {
  if (typeof actorRole !== "string" || actorRole.trim() === "") return refuse("INVALID_BODY", "actorRole: It is required.");
  const role = z.enum(BROKER_ROLES).safeParse(actorRole.trim());
  if (!role.success) return refuse("INVALID_ACTOR_ROLE", "actorRole: Use ci or maintainer.");
  if (role.data === actor.role) return null;
  return refuse("AUTH_ROLE_MISMATCH", "The secret is not the one of that role.");
}

/** The first problem in the order of the schema. Values are never repeated: they may be secrets. */
export function checkFields<S extends z.ZodType>(schema: S, fields: Fields): Passed<z.output<S>> {
  const checked = schema.safeParse(fields, { error: validationWords });
  if (checked.success) return { ok: true, value: checked.data };
  const [issue] = checked.error.issues;
  return { ok: false, reply: refuse("INVALID_BODY", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`) };
}

const ofKind = z.object({ kind: z.string() });

function checkKind(body: unknown, caller: BrokerCaller): Reply | null {
  const named = ofKind.safeParse(body);
  return named.success ? refuseKind(named.data.kind, caller) : null;
}

/** Null: the caller may use credentials of the kind. */
export function refuseKind(kind: string, { kinds }: BrokerCaller): Reply | null {
  if (kinds === null || kinds.includes(kind)) return null;
  return refuse("AUTH_ROLE_MISMATCH", `This key cannot use credentials of the kind "${kind}".`);
}
