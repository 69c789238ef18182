// The broker's routes for maintainers: the contract's add, remove and list, and ours beyond it.
import {
  adminAddSubjectSchema,
  adminCredentialReplySchema,
  adminEnableRequestSchema,
  adminForceReleaseRequestSchema,
  adminKindLimitsReplySchema,
  adminKindLimitsRequestSchema,
  adminListReplySchema,
  adminListRequestSchema,
  adminRemoveRequestSchema,
  adminReplacePayloadRequestSchema,
} from "../../contracts/leases/credential-broker.ts";
import type { Database } from "../../db/core/database.ts";
import { readKindLimits, setKindLimits } from "../../db/leases/credential-kinds.ts";
import { enableCredential, forceRelease, removeCredential } from "../../db/leases/qa-credentials.ts";
import { createAddHandler, createReplaceHandler } from "./add-credential.ts";
import { ok } from "./answers.ts";
import { brokerRoute, type BrokerRouteDeps } from "./broker-route.ts";
import { adminOf, changeCredential } from "./change-credential.ts";
import { createListHandler } from "./list-credentials.ts";
import { PAYLOAD_BODY_LIMIT_BYTES } from "./stored-payload.ts";
import type { Route } from "../http/define-route.ts";

export interface BrokerAdminRouteDeps extends BrokerRouteDeps {
  readonly db: Database;
}

const CREDENTIAL = { credentialId: "1c1f2a52-6b0d-4f0e-9a53-0d5a3c2f9a11", actorId: "qa-lab-admin-6869-a4a734ed" };
const PAYLOAD = { groupId: "-100123", driverToken: "…", sutToken: "…" };

export function createBrokerAdminRoutes(deps: BrokerAdminRouteDeps): readonly Route[] {
  return [
    brokerRoute(deps, {
      path: "/admin/add",
      operationId: "addCredential",
      summary: "Add a credential to the pool of its kind",
      audience: "admin",
      body: adminAddSubjectSchema,
      bodyExample: { kind: "telegram", payload: PAYLOAD, note: "pool-1", actorId: CREDENTIAL.actorId },
      bodyLimitBytes: PAYLOAD_BODY_LIMIT_BYTES,
      reply: adminCredentialReplySchema,
      handler: createAddHandler(deps.db),
    }),
    brokerRoute(deps, {
      path: "/admin/remove",
      operationId: "removeCredential",
      summary: "Disable a credential; refused while it is leased",
      audience: "admin",
      body: adminRemoveRequestSchema,
      bodyExample: CREDENTIAL,
      reply: adminCredentialReplySchema,
      handler: (call) => changeCredential(deps.db, call, removeCredential),
    }),
    brokerRoute(deps, {
      path: "/admin/list",
      operationId: "listCredentials",
      summary: "List credentials with their leases; payloads only on request",
      audience: "admin",
      body: adminListRequestSchema,
      bodyExample: { kind: "telegram", status: "active", limit: 5 },
      reply: adminListReplySchema,
      handler: createListHandler(deps.db),
    }),
    ...createFurtherRoutes(deps),
  ];
}

/** Not in the contract: no client of the original calls them. */
function createFurtherRoutes(deps: BrokerAdminRouteDeps): readonly Route[] {
  return [
    brokerRoute(deps, {
      path: "/admin/enable",
      operationId: "enableCredential",
      summary: "Return a disabled, quarantined or cooling credential to its pool",
      audience: "admin",
      body: adminEnableRequestSchema,
      bodyExample: { ...CREDENTIAL, reason: "logged in again" },
      reply: adminCredentialReplySchema,
      handler: (call) => changeCredential(deps.db, call, enableCredential),
    }),
    brokerRoute(deps, {
      path: "/admin/force-release",
      operationId: "forceReleaseCredential",
      summary: "Force-release a lease; its owner's next heartbeat fails",
      audience: "admin",
      body: adminForceReleaseRequestSchema,
      bodyExample: { ...CREDENTIAL, reason: "the runner is gone" },
      reply: adminCredentialReplySchema,
      handler: (call) => changeCredential(deps.db, call, forceRelease),
    }),
    brokerRoute(deps, {
      path: "/admin/replace-payload",
      operationId: "replaceCredentialPayload",
      summary: "Replace a credential's payload; an active lease keeps the old payload",
      audience: "admin",
      body: adminReplacePayloadRequestSchema,
      bodyExample: { ...CREDENTIAL, payload: PAYLOAD },
      bodyLimitBytes: PAYLOAD_BODY_LIMIT_BYTES,
      reply: adminCredentialReplySchema,
      handler: createReplaceHandler(deps.db),
    }),
    brokerRoute(deps, {
      path: "/admin/kind-limits",
      operationId: "setCredentialKindLimits",
      summary: "Read or change the limits of a kind; limits are off until set",
      audience: "admin",
      body: adminKindLimitsRequestSchema,
      bodyExample: { kind: "whatsapp", limits: { maxLeases: 4, coolDownMs: 60_000 } },
      reply: adminKindLimitsReplySchema,
      handler: async ({ caller, body }) => {
        const { kind, limits, actorId } = body;
        const admin = adminOf(caller, actorId);
        const current = await deps.db.globally((tx) =>
          limits === undefined ? readKindLimits(tx, kind) : setKindLimits(tx, { kind, limits, admin }),
        );
        return ok({ kind, limits: current });
      },
    }),
  ];
}
