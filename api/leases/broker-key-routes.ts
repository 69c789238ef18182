// Keys of the credential broker that administrators manage: named, for a role and some kinds, shown once, revocable.
import { z } from "zod";
import {
  brokerKeyCreatedSchema,
  brokerKeyCreateSchema,
  brokerKeyListSchema,
  type brokerKeyViewSchema,
} from "../../contracts/leases/credential-pools.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { appendCredentialAdminEvent } from "../../db/leases/credential-events.ts";
import {
  insertBrokerKey,
  listBrokerKeys,
  revokeBrokerKey,
  type BrokerKeyView,
} from "../../db/leases/credential-broker-keys.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { administrator } from "./pool-routes.ts";

const PATH = "/api/admin/credential-keys";

export function createCredentialKeyRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "listCredentialKeys",
      summary: "List broker keys, including revoked ones",
      who: "admin",
      rateLimit: "read",
      responses: { 200: { description: "The keys, without their secrets.", schema: brokerKeyListSchema } },
      handler: async () => ({ status: 200, body: { keys: (await db.globally(listBrokerKeys)).map(keyView) } }),
    }),
    createMintRoute(),
    defineRoute({
      method: "delete",
      path: `${PATH}/:keyId`,
      operationId: "revokeCredentialKey",
      summary: "Revoke a broker key; it stops working immediately, and its active leases run to their end",
      who: "admin",
      rateLimit: "write",
      audit: { action: "credential_key.revoke", target: "credential_key" },
      params: z.strictObject({ keyId: z.string().max(100) }),
      responses: { 204: { description: "Revoked." } },
      handler: async ({ params: { keyId }, user, writeGlobally }) => {
        await writeGlobally(
          async (tx) => {
            await revokeBrokerKey(tx, keyId);
            await appendCredentialAdminEvent(tx, { type: "key_revoke", admin: administrator(user), message: keyId });
          },
          () => ({ targetId: keyId }),
        );
        return { status: 204 };
      },
    }),
  ];
}

function createMintRoute(): Route {
  return defineRoute({
    method: "post",
    path: PATH,
    operationId: "createCredentialKey",
    summary: "Create a broker key; it is shown only in this response",
    who: "admin",
    rateLimit: "write",
    audit: { action: "credential_key.create", target: "credential_key" },
    body: brokerKeyCreateSchema,
    bodyExample: { name: "nightly", role: "ci", kinds: ["telegram"] },
    responses: { 201: { description: "The key.", schema: brokerKeyCreatedSchema } },
    handler: async ({ body: { name, role, kinds, expiresAt }, user, writeGlobally }) => {
      const input = { name, role, kinds: kinds ?? null, createdBy: user.id, expiresAt: futureDate(expiresAt) };
      const created = await writeGlobally(
        async (tx) => {
          const { view, key } = await insertBrokerKey(tx, input);
          await appendCredentialAdminEvent(tx, { type: "key_create", admin: administrator(user), message: view.keyId });
          return { view, key };
        },
        ({ view }) => ({ targetId: view.keyId, detail: { role, kinds: view.kinds, expiresAt: view.expiresAt } }),
      );
      return { status: 201, body: { ...keyView(created.view), key: created.key.reveal() } };
    },
  });
}

/** @throws FleetError VALIDATION_FAILED */
function futureDate(text: string | null | undefined): Date | null {
  if (text === null || text === undefined) return null;
  const date = new Date(text);
  if (date.getTime() > Date.now()) return date;
  const message = "Choose a time in the future.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "expiresAt", message }] });
}

function keyView(row: BrokerKeyView): z.output<typeof brokerKeyViewSchema> {
  const { keyId, name, role, kinds, lastFour, createdBy } = row;
  return {
    ...{ keyId, name, role, kinds, lastFour, createdBy },
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
