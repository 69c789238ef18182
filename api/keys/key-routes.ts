// The caller's personal API keys: create (shown once), list, revoke.
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import type { HumanPrincipal } from "../../contracts/core/principal.ts";
import {
  apiKeyCreatedSchema,
  apiKeyCreateSchema,
  apiKeyViewSchema,
  type ApiKeyCreate,
  type ApiKeyView,
} from "../../contracts/sign-in/session.ts";
import type { PersonalApiKeyRow } from "../../db/keys/personal-api-key.ts";
import { holdApiKey, insertApiKey, listApiKeys, revokeApiKey } from "../../db/keys/api-keys.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/me/keys";

export function createKeyRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "listKeys",
      summary: "List your active API keys",
      who: "user",
      scope: "keys:manage",
      rateLimit: "read",
      responses: {
        200: {
          description: "The keys, without their secrets.",
          schema: z.strictObject({ keys: z.array(apiKeyViewSchema) }),
        },
      },
      handler: async ({ user }) => {
        const rows = await db.asTenant(user.tenant, listApiKeys);
        return { status: 200, body: { keys: rows.map(keyView) } };
      },
    }),
    createMintRoute(),
    defineRoute({
      method: "delete",
      path: `${PATH}/:keyId`,
      operationId: "revokeKey",
      summary: "Revoke an API key; it stops working immediately",
      who: "user",
      scope: "keys:manage",
      rateLimit: "write",
      audit: { action: "key.revoke", target: "key" },
      params: z.strictObject({ keyId: z.string().max(100) }),
      responses: { 204: { description: "Revoked." } },
      handler: async ({ user, params, write }) => {
        await write(
          user.tenant,
          (tx) => revokeApiKey(tx, params.keyId),
          () => ({ targetId: params.keyId }),
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
    operationId: "createKey",
    summary: "Create an API key; it is shown only in this response",
    who: "user",
    scope: "keys:manage",
    rateLimit: "write",
    audit: { action: "key.create", target: "key" },
    body: apiKeyCreateSchema,
    bodyExample: { name: "laptop", scopes: ["chat:send"] },
    responses: { 201: { description: "The key.", schema: apiKeyCreatedSchema } },
    handler: async ({ user, body, write }) => {
      const { name, scopes } = body;
      const created = await write(
        user.tenant,
        async (tx) => {
          const parentExpiry = user.carrier === "key" ? await holdApiKey(tx, user.credentialId) : null;
          const expiresAt = allowedExpiry(user, body, parentExpiry);
          return await insertApiKey(tx, { userId: user.id, name, scopes, expiresAt });
        },
        ({ row }) => ({
          targetId: row.keyId,
          detail: { scopes: row.scopes, expiresAt: row.expiresAt },
        }),
      );
      return { status: 201, body: { ...keyView(created.row), apiKey: created.apiKey.reveal() } };
    },
  });
}

/** A key mints nothing wider and nothing longer than itself; `parentExpiry` is null for one without end, and for a session. @throws FleetError FORBIDDEN, VALIDATION_FAILED */
function allowedExpiry(user: HumanPrincipal, wanted: ApiKeyCreate, parentExpiry: Date | null): Date | null {
  const wider = wanted.scopes.filter((scope) => !user.scopes.includes(scope));
  if (wider.length > 0) throw new FleetError("FORBIDDEN", `This key cannot grant the scopes ${wider.join(", ")}.`);
  const expiresAt = expiryOf(wanted, parentExpiry);
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
    const message = "Choose a time in the future.";
    throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "expiresAt", message }] });
  }
  if (parentExpiry !== null && (expiresAt === null || expiresAt > parentExpiry)) {
    throw new FleetError("FORBIDDEN", "A key cannot create a key that expires later than itself.");
  }
  return expiresAt;
}

/** Null asks for a key without end; to leave it out is to take what there is. */
function expiryOf({ expiresAt }: ApiKeyCreate, parentExpiry: Date | null): Date | null {
  if (expiresAt === undefined) return parentExpiry;
  return expiresAt === null ? null : new Date(expiresAt);
}

function keyView(row: PersonalApiKeyRow): ApiKeyView {
  return {
    keyId: row.keyId,
    name: row.name,
    scopes: row.scopes,
    lastFour: row.lastFour,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
