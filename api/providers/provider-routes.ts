// LLM providers, the caller's or a system agent's: create, read, change, delete. Keys go in and never come out.
import {
  providerCreateSchema,
  providerListSchema,
  providerUpdateSchema,
  providerViewSchema,
} from "../../contracts/providers/provider.ts";
import { tenantParts } from "../../contracts/core/tenant.ts";
import { deleteProvider, getProvider, insertProvider, listProviders, updateProvider } from "../../db/providers/providers.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { withOwner, type ProviderCaller, type ProviderOwner } from "./provider-owner.ts";
import { providerView } from "./provider-view.ts";

const CREATE_EXAMPLE = { name: "zai", displayName: "Z.AI", type: "zai", apiKey: "sk-…", models: ["glm-5"] };

type Deps = Pick<ApiDeps, "db" | "addresses">;

export function createProviderRoutes<Named, W extends ProviderCaller>(
  deps: Deps,
  owner: ProviderOwner<Named, W>,
): readonly Route[] {
  return [
    createListRoute(deps, owner),
    createReadRoute(deps, owner),
    createAddRoute(deps, owner),
    createUpdateRoute(deps, owner),
    createDeleteRoute(owner),
  ];
}

function createListRoute<Named, W extends ProviderCaller>({ db, addresses }: Deps, owner: ProviderOwner<Named, W>): Route {
  return defineRoute({
    method: "get",
    path: `${owner.path}/providers`,
    operationId: `list${owner.noun}s`,
    summary: `List ${owner.words.all}, by creation time`,
    ...owner.access.read,
    rateLimit: "read",
    ...owner.ofAll,
    responses: { 200: { description: "The providers.", schema: providerListSchema } },
    handler: async (ctx) => {
      const rows = await db.asTenant(owner.tenant(ctx), withOwner(owner, listProviders));
      return { status: 200, body: { providers: rows.map((row) => providerView(row, addresses.refusalOf)) } };
    },
  });
}

function createReadRoute<Named, W extends ProviderCaller>({ db, addresses }: Deps, owner: ProviderOwner<Named, W>): Route {
  return defineRoute({
    method: "get",
    path: `${owner.path}/providers/:id`,
    operationId: `get${owner.noun}`,
    summary: `Read ${owner.words.one}`,
    ...owner.access.read,
    rateLimit: "read",
    ...owner.ofOne,
    responses: { 200: { description: "The provider.", schema: providerViewSchema } },
    handler: async (ctx) => {
      const read = withOwner(owner, (tx) => getProvider(tx, ctx.params.id));
      return { status: 200, body: providerView(await db.asTenant(owner.tenant(ctx), read), addresses.refusalOf) };
    },
  });
}

function createAddRoute<Named, W extends ProviderCaller>({ addresses }: Deps, owner: ProviderOwner<Named, W>): Route {
  return defineRoute({
    method: "post",
    path: `${owner.path}/providers`,
    operationId: `create${owner.noun}`,
    summary: `Add ${owner.words.one}; a running agent restarts with it`,
    ...owner.access.write,
    rateLimit: "write",
    audit: owner.auditRule("create"),
    ...owner.ofAll,
    body: providerCreateSchema,
    bodyExample: CREATE_EXAMPLE,
    responses: { 201: { description: "The new provider.", schema: providerViewSchema } },
    errors: ["CONFLICT"],
    handler: async (ctx) => {
      await addresses.assertAllowed(ctx.body.baseUrl);
      const tenant = owner.tenant(ctx);
      const row = await ctx.write(
        tenant,
        withOwner(owner, (tx) => insertProvider(tx, ctx.body)),
        ({ id, name }) => owner.auditFacts(tenant, { id, name }),
      );
      const folder = owner.path.replace(":name", tenantParts(tenant).id);
      return {
        status: 201,
        body: providerView(row, addresses.refusalOf),
        headers: { location: `${folder}/providers/${row.id}` },
      };
    },
  });
}

function createUpdateRoute<Named, W extends ProviderCaller>({ addresses }: Deps, owner: ProviderOwner<Named, W>): Route {
  return defineRoute({
    method: "patch",
    path: `${owner.path}/providers/:id`,
    operationId: `update${owner.noun}`,
    summary: `Change ${owner.words.one}; omitted fields keep their values`,
    ...owner.access.write,
    rateLimit: "write",
    audit: owner.auditRule("update"),
    ...owner.ofOne,
    body: providerUpdateSchema,
    responses: { 200: { description: "The changed provider.", schema: providerViewSchema } },
    handler: async (ctx) => {
      await addresses.assertAllowed(ctx.body.baseUrl);
      const tenant = owner.tenant(ctx);
      const fields = Object.keys(ctx.body);
      const row = await ctx.write(
        tenant,
        withOwner(owner, (tx) => updateProvider(tx, ctx.params.id, ctx.body)),
        ({ id, name }) => owner.auditFacts(tenant, { id, name, fields }),
      );
      return { status: 200, body: providerView(row, addresses.refusalOf) };
    },
  });
}

function createDeleteRoute<Named, W extends ProviderCaller>(owner: ProviderOwner<Named, W>): Route {
  return defineRoute({
    method: "delete",
    path: `${owner.path}/providers/:id`,
    operationId: `delete${owner.noun}`,
    summary: `Delete ${owner.words.one} and its key`,
    ...owner.access.write,
    rateLimit: "write",
    audit: owner.auditRule("delete"),
    ...owner.ofOne,
    responses: { 204: { description: "Deleted." } },
    handler: async (ctx) => {
      const tenant = owner.tenant(ctx);
      await ctx.write(
        tenant,
        withOwner(owner, (tx) => deleteProvider(tx, ctx.params.id)),
        (deleted) => owner.auditFacts(tenant, deleted),
      );
      return { status: 204 };
    },
  });
}
