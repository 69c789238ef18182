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
} from "../../contracts/credential-broker.ts";
import type { Database } from "../../db/database.ts";
import { readKindLimits, setKindLimits } from "../../db/repositories/credential-kinds.ts";
import { enableCredential, forceRelease, removeCredential } from "../../db/repositories/qa-credentials.ts";
import { createAddHandler, createReplaceHandler } from "../credential-broker/add-credential.ts";
import { ok } from "../credential-broker/answers.ts";
import { brokerRoute, type BrokerRouteDeps } from "../credential-broker/broker-route.ts";
import { adminOf, changeCredential } from "../credential-broker/change-credential.ts";
import { createListHandler } from "../credential-broker/list-credentials.ts";
import { PAYLOAD_BODY_LIMIT_BYTES } from "../credential-broker/stored-payload.ts";
import type { Route } from "../define-route.ts";

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
      summary: "List credentials with their leases; payloads only where asked for",
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
      summary: "Take a disabled, quarantined or resting credential back into its pool",
      audience: "admin",
      body: adminEnableRequestSchema,
      bodyExample: { ...CREDENTIAL, reason: "logged in again" },
      reply: adminCredentialReplySchema,
      handler: (call) => changeCredential(deps.db, call, enableCredential),
    }),
    brokerRoute(deps, {
      path: "/admin/force-release",
      operationId: "forceReleaseCredential",
      summary: "Take a lease away from its owner, whose next heartbeat fails",
      audience: "admin",
      body: adminForceReleaseRequestSchema,
      bodyExample: { ...CREDENTIAL, reason: "the runner is gone" },
      reply: adminCredentialReplySchema,
      handler: (call) => changeCredential(deps.db, call, forceRelease),
    }),
    brokerRoute(deps, {
      path: "/admin/replace-payload",
      operationId: "replaceCredentialPayload",
      summary: "Replace a credential's payload in place; a lease that is held keeps the old one",
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
      summary: "Read or change the limits of a kind beyond the contract; all are off until set",
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
