// One's own personal API keys: create (shown once), list, revoke (H3).
import { z } from "zod";
import { FleetError } from "../../contracts/errors.ts";
import type { HumanPrincipal } from "../../contracts/principal.ts";
import {
  apiKeyCreatedSchema,
  apiKeyCreateSchema,
  apiKeyViewSchema,
  type ApiKeyCreate,
  type ApiKeyView,
} from "../../contracts/session.ts";
import type { PersonalApiKeyRow } from "../../db/entities/personal-api-key.ts";
import { holdApiKey, insertApiKey, listApiKeys, revokeApiKey } from "../../db/repositories/api-keys.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/me/keys";

export function createKeyRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "listKeys",
      summary: "List one's own keys that are not revoked",
      who: "user",
      scope: "keys:manage",
      rateLimit: "read",
      responses: {
        200: {
          description: "The keys, without their secret part.",
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
      summary: "Revoke a key; it is void at once",
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
    summary: "Create a key; the answer shows it, and nothing ever again",
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
  if (wider.length > 0) throw new FleetError("FORBIDDEN", `This key may not give the scopes ${wider.join(", ")}.`);
  const expiresAt = wanted.expiresAt === null || wanted.expiresAt === undefined ? parentExpiry : new Date(wanted.expiresAt);
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
    const message = "Choose a time that is still to come.";
    throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "expiresAt", message }] });
  }
  if (parentExpiry !== null && expiresAt !== null && expiresAt > parentExpiry) {
    throw new FleetError("FORBIDDEN", "This key may not make one that lives longer than itself.");
  }
  return expiresAt;
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
