// Pools of credentials for administrators: how full they are, who holds what, taking back, out and in. Payloads are not shown.
import { kindLimitsSchema } from "../../contracts/leases/credential-lease.ts";
import {
  credentialAddSchema,
  credentialChangedSchema,
  credentialChangeSchema,
  credentialListSchema,
  credentialParamsSchema,
  credentialPoolsSchema,
  credentialQuerySchema,
  credentialViewSchema,
  credentialWaitersSchema,
  kindLimitsChangeSchema,
  kindParamsSchema,
  leaseEventListSchema,
  leaseEventQuerySchema,
} from "../../contracts/leases/credential-pools.ts";
import { FleetError, type ErrorCode } from "../../contracts/core/errors.ts";
import type { HumanPrincipal } from "../../contracts/core/principal.ts";
import { listLeaseEvents } from "../../db/leases/credential-events.ts";
import { listWaiters, poolStatus, setKindLimits } from "../../db/leases/credential-kinds.ts";
import type { GlobalTransaction } from "../../db/core/database.ts";
import {
  addCredential,
  enableCredential,
  forceRelease,
  listCredentials,
  removeCredential,
  type ChangedCredential,
  type CredentialChange,
} from "../../db/leases/qa-credentials.ts";
import type { CredentialAdmin } from "../../db/leases/credential-events.ts";
import { PAYLOAD_BODY_LIMIT_BYTES, storedPayload } from "./stored-payload.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

const CREDENTIALS = "/api/admin/credentials";

export function createCredentialPoolRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/admin/credential-pools",
      operationId: "listCredentialPools",
      summary: "Read pool usage, exhaustion reasons, next lease expiry and limits",
      who: "admin",
      rateLimit: "read",
      responses: { 200: { description: "One entry per kind.", schema: credentialPoolsSchema } },
      handler: async () => ({ status: 200, body: { pools: await db.globally((tx) => poolStatus(tx)) } }),
    }),
    defineRoute({
      method: "get",
      path: CREDENTIALS,
      operationId: "listPooledCredentials",
      summary: "List credentials and their holders",
      who: "admin",
      rateLimit: "read",
      query: credentialQuerySchema,
      responses: {
        200: { description: "By kind, active before disabled, latest change first.", schema: credentialListSchema },
      },
      handler: async ({ query }) => {
        const credentials = await db.globally((tx) => listCredentials(tx, query));
        return { status: 200, body: { credentials } };
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/admin/credential-events",
      operationId: "listCredentialLeaseEvents",
      summary: "List lease events of the last two days",
      who: "admin",
      rateLimit: "read",
      query: leaseEventQuerySchema,
      responses: { 200: { description: "Newest first.", schema: leaseEventListSchema } },
      handler: async ({ query }) => ({
        status: 200,
        body: { events: await db.globally((tx) => listLeaseEvents(tx, query)) },
      }),
    }),
    createWaitersRoute({ db }),
    createLimitsRoute(),
    createAddRoute(),
    ...createChangeRoutes(),
  ];
}

function createWaitersRoute({ db }: Pick<ApiDeps, "db">): Route {
  return defineRoute({
    method: "get",
    path: "/api/admin/credential-pools/:kind/waiters",
    operationId: "listCredentialWaiters",
    summary: "List the queue for a kind, in order of arrival",
    who: "admin",
    rateLimit: "read",
    params: kindParamsSchema,
    responses: { 200: { description: "The first hundred.", schema: credentialWaitersSchema } },
    handler: async ({ params }) => ({
      status: 200,
      body: { waiters: await db.globally((tx) => listWaiters(tx, params.kind)) },
    }),
  });
}

function createAddRoute(): Route {
  return defineRoute({
    method: "post",
    path: CREDENTIALS,
    operationId: "addPooledCredential",
    summary: "Add a credential to the pool of its kind; the payload is validated and never shown",
    who: "admin",
    rateLimit: "write",
    audit: { action: "credential.add", target: "credential" },
    body: credentialAddSchema,
    bodyExample: { kind: "telegram", payload: { groupId: "-100123", driverToken: "…", sutToken: "…" }, note: "pool-1" },
    bodyLimitBytes: PAYLOAD_BODY_LIMIT_BYTES,
    responses: { 201: { description: "The credential, without its payload.", schema: credentialViewSchema } },
    handler: async ({ body: { kind, payload, note, status }, user, writeGlobally }) => {
      const payloadText = checkedPayload(kind, payload);
      const input = { kind, payloadText, note: note || undefined, status, admin: administrator(user) };
      const credential = await writeGlobally(
        (tx) => addCredential(tx, input),
        ({ credentialId }) => ({ targetId: credentialId, detail: { kind, status } }),
      );
      return { status: 201, body: credential };
    },
  });
}

/** @throws FleetError VALIDATION_FAILED, PAYLOAD_TOO_LARGE */
function checkedPayload(kind: string, payload: Readonly<Record<string, unknown>>): string {
  const stored = storedPayload(kind, payload);
  if (stored.ok) return stored.value;
  const { message } = stored;
  if (stored.code === "PAYLOAD_TOO_LARGE") throw new FleetError("PAYLOAD_TOO_LARGE", message);
  const path = stored.field === null ? "payload" : `payload.${stored.field}`;
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path, message }] });
}

function createLimitsRoute(): Route {
  return defineRoute({
    method: "patch",
    path: "/api/admin/credential-pools/:kind/limits",
    operationId: "changeCredentialPoolLimits",
    summary: "Change the limits of a kind; limits are off until set",
    who: "admin",
    rateLimit: "write",
    audit: { action: "credential_pool.limit", target: "credential_pool" },
    params: kindParamsSchema,
    body: kindLimitsChangeSchema,
    bodyExample: { maxLeases: 4, coolDownMs: 60_000 },
    responses: { 200: { description: "The current limits.", schema: kindLimitsSchema } },
    handler: async ({ params: { kind }, body, user, writeGlobally }) => {
      const limits = await writeGlobally(
        (tx) => setKindLimits(tx, { kind, limits: body, admin: administrator(user) }),
        (detail) => ({ targetId: kind, detail }),
      );
      return { status: 200, body: limits };
    },
  });
}

function createChangeRoutes(): readonly Route[] {
  return [
    changeRoute({
      ...{ verb: "release", operationId: "forceCredentialRelease", change: forceRelease },
      summary: "Force-release a lease; its holder's next heartbeat fails",
    }),
    changeRoute({
      ...{ verb: "enable", operationId: "enablePooledCredential", change: enableCredential },
      summary: "Return a disabled, quarantined or cooling credential to its pool",
    }),
    changeRoute({
      ...{ verb: "disable", operationId: "disablePooledCredential", change: removeCredential },
      summary: "Disable a credential; refused while it is leased",
      errors: ["CONFLICT"],
    }),
  ];
}

interface ChangeRoute {
  readonly verb: "release" | "enable" | "disable";
  readonly operationId: string;
  readonly summary: string;
  readonly errors?: readonly ErrorCode[];
  readonly change: (tx: GlobalTransaction, change: CredentialChange) => Promise<ChangedCredential>;
}

function changeRoute({ verb, operationId, summary, errors = [], change }: ChangeRoute): Route {
  return defineRoute({
    method: "post",
    path: `${CREDENTIALS}/:id/${verb}`,
    operationId,
    summary,
    who: "admin",
    rateLimit: "write",
    audit: { action: `credential.${verb}`, target: "credential" },
    params: credentialParamsSchema,
    body: credentialChangeSchema,
    bodyExample: { reason: "the runner is gone" },
    errors,
    responses: { 200: { description: "The current state of the credential.", schema: credentialChangedSchema } },
    handler: async ({ params, body: { reason }, user, writeGlobally }) => {
      const wanted = { credentialId: params.id, admin: administrator(user), reason };
      const done = await writeGlobally(
        async (tx) => unrefused(await change(tx, wanted)),
        ({ changed, credential: { kind } }) => ({ targetId: params.id, detail: { kind, reason, changed } }),
      );
      return { status: 200, body: done };
    },
  });
}

/** @throws FleetError NOT_FOUND, CONFLICT */
function unrefused(result: ChangedCredential): Extract<ChangedCredential, { ok: true }>["value"] {
  if (result.ok) return result.value;
  if (result.refusal === "CREDENTIAL_NOT_FOUND") throw new FleetError("NOT_FOUND", "There is no such credential.");
  throw new FleetError("CONFLICT", "The credential is leased. Force-release the lease or wait for its end.", {
    details: { reason: result.refusal },
  });
}

export function administrator(user: HumanPrincipal): CredentialAdmin {
  return { actor: { role: "maintainer", id: `user:${user.id}` } };
}
