// One's own LLM providers: create, read, change, delete (P1). Keys go in and never come out.
import { z } from "zod";
import {
  providerCreateSchema,
  providerListSchema,
  providerUpdateSchema,
  providerViewSchema,
} from "../../contracts/provider.ts";
import { deleteProvider, getProvider, insertProvider, listProviders, updateProvider } from "../../db/repositories/providers.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { assertProviderAddress } from "../provider-address.ts";
import { providerView } from "../provider-view.ts";

const ID = z.strictObject({ id: z.uuid() });
const CREATE_EXAMPLE = { name: "zai", displayName: "Z.AI", type: "zai", apiKey: "sk-…", models: ["glm-5"] };

export function createProviderRoutes(deps: Pick<ApiDeps, "db">): readonly Route[] {
  return [...createReadRoutes(deps), ...createWriteRoutes()];
}

function createReadRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/me/providers",
      operationId: "listProviders",
      summary: "List one's own providers, in order of creation",
      who: "user",
      scope: "settings:read",
      rateLimit: "read",
      responses: { 200: { description: "The providers.", schema: providerListSchema } },
      handler: async ({ user }) => {
        const rows = await db.asTenant(user.tenant, listProviders);
        return { status: 200, body: { providers: rows.map(providerView) } };
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/me/providers/:id",
      operationId: "getProvider",
      summary: "Read one provider",
      who: "user",
      scope: "settings:read",
      rateLimit: "read",
      params: ID,
      responses: { 200: { description: "The provider.", schema: providerViewSchema } },
      handler: async ({ user, params }) => {
        const row = await db.asTenant(user.tenant, (tx) => getProvider(tx, params.id));
        return { status: 200, body: providerView(row) };
      },
    }),
  ];
}

function createWriteRoutes(): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/me/providers",
      operationId: "createProvider",
      summary: "Add a provider; a running agent restarts with it",
      who: "user",
      scope: "settings:write",
      rateLimit: "write",
      audit: { action: "provider.create", target: "provider" },
      body: providerCreateSchema,
      bodyExample: CREATE_EXAMPLE,
      responses: { 201: { description: "The new provider.", schema: providerViewSchema } },
      errors: ["CONFLICT"],
      handler: async ({ user, body, write }) => {
        assertProviderAddress(body.baseUrl);
        const row = await write(
          user.tenant,
          (tx) => insertProvider(tx, body),
          ({ id, name }) => ({ targetId: id, detail: { name } }),
        );
        return { status: 201, body: providerView(row), headers: { location: `/api/me/providers/${row.id}` } };
      },
    }),
    defineRoute({
      method: "patch",
      path: "/api/me/providers/:id",
      operationId: "updateProvider",
      summary: "Change a provider; absent fields stay as they are",
      who: "user",
      scope: "settings:write",
      rateLimit: "write",
      audit: { action: "provider.update", target: "provider" },
      params: ID,
      body: providerUpdateSchema,
      responses: { 200: { description: "The changed provider.", schema: providerViewSchema } },
      handler: async ({ user, params, body, write }) => {
        assertProviderAddress(body.baseUrl);
        const fields = Object.keys(body);
        const row = await write(
          user.tenant,
          (tx) => updateProvider(tx, params.id, body),
          ({ id }) => ({ targetId: id, detail: { fields } }),
        );
        return { status: 200, body: providerView(row) };
      },
    }),
    defineRoute({
      method: "delete",
      path: "/api/me/providers/:id",
      operationId: "deleteProvider",
      summary: "Delete a provider and its key",
      who: "user",
      scope: "settings:write",
      rateLimit: "write",
      audit: { action: "provider.delete", target: "provider" },
      params: ID,
      responses: { 204: { description: "Deleted." } },
      handler: async ({ user, params, write }) => {
        await write(
          user.tenant,
          (tx) => deleteProvider(tx, params.id),
          () => ({ targetId: params.id }),
        );
        return { status: 204 };
      },
    }),
  ];
}
