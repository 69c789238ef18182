// Trying the connection to LLM providers, the caller's or a system agent's, and asking them for their models. Nothing of
// the settings changes.
import { offeredModelsSchema, providerModelsInputSchema, providerTestInputSchema } from "../../contracts/providers/provider.ts";
import { providerTestResultSchema } from "../../contracts/providers/provider-test.ts";
import { getProvider, openProviderKey, recordProviderTest } from "../../db/providers/providers.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { editedConnection } from "./provider-connection.ts";
import { withOwner, type ProviderCaller, type ProviderOwner } from "./provider-owner.ts";

const NO_AUDIT = { none: "A test changes nothing of what an agent gets." } as const;
const TEST_RESPONSES = { 200: { description: "The test result; see `ok`.", schema: providerTestResultSchema } } as const;
const CONNECTION_EXAMPLE = { type: "zai", apiKey: "sk-…" };

type Deps = Pick<ApiDeps, "db" | "testProvider" | "discoverModels">;

export function createProviderTestRoutes<Named, W extends ProviderCaller>(
  deps: Deps,
  owner: ProviderOwner<Named, W>,
): readonly Route[] {
  return [createSavedTestRoute(deps, owner), createTestRoute(deps, owner), createModelsRoute(deps, owner)];
}

function createSavedTestRoute<Named, W extends ProviderCaller>(
  { db, testProvider }: Deps,
  owner: ProviderOwner<Named, W>,
): Route {
  return defineRoute({
    method: "post",
    path: `${owner.path}/providers/:id/test`,
    operationId: `test${owner.noun}`,
    summary: `Test the connection of ${owner.words.one} as saved and store the result`,
    ...owner.access.write,
    rateLimit: "probe",
    audit: NO_AUDIT,
    ...owner.ofOne,
    responses: TEST_RESPONSES,
    handler: async (ctx) => {
      const tenant = owner.tenant(ctx);
      const open = withOwner(owner, async (tx) => {
        const found = await getProvider(tx, ctx.params.id);
        return { row: found, apiKey: openProviderKey(tx, found) };
      });
      const { row, apiKey } = await db.asTenant(tenant, open);
      const { type, baseUrl, apiType } = row;
      // Outside of any transaction: the provider may take its time.
      const result = await testProvider({ type, baseUrl, apiType, apiKey, models: row.models.map(({ id }) => id) });
      await db.asTenant(tenant, (tx) => recordProviderTest(tx, row, result));
      return { status: 200, body: result };
    },
  });
}

function createTestRoute<Named, W extends ProviderCaller>({ db, testProvider }: Deps, owner: ProviderOwner<Named, W>): Route {
  return defineRoute({
    method: "post",
    path: `${owner.path}/provider-tests`,
    operationId: `test${owner.noun}Values`,
    summary: `Test a connection of ${owner.words.one} with unsaved values; without a key, the stored key is used`,
    ...owner.access.probe,
    rateLimit: "probe",
    audit: NO_AUDIT,
    ...owner.ofAll,
    body: providerTestInputSchema,
    bodyExample: { ...CONNECTION_EXAMPLE, models: ["glm-5"] },
    responses: TEST_RESPONSES,
    errors: ["NOT_FOUND"],
    handler: async (ctx) => {
      const { models, ...connection } = ctx.body;
      const edited = withOwner(owner, (tx) => editedConnection(tx, connection));
      const target = await db.asTenant(owner.tenant(ctx), edited);
      return { status: 200, body: await testProvider({ ...target, models }) };
    },
  });
}

function createModelsRoute<Named, W extends ProviderCaller>(
  { db, discoverModels }: Deps,
  owner: ProviderOwner<Named, W>,
): Route {
  return defineRoute({
    method: "post",
    path: `${owner.path}/provider-models`,
    operationId: `discover${owner.noun}Models`,
    summary: `List the models of ${owner.words.one}, with values as for a test`,
    ...owner.access.probe,
    rateLimit: "probe",
    audit: NO_AUDIT,
    ...owner.ofAll,
    body: providerModelsInputSchema,
    bodyExample: CONNECTION_EXAMPLE,
    responses: { 200: { description: "The models, 500 at most.", schema: offeredModelsSchema } },
    errors: ["NOT_FOUND", "PROVIDER_TEST_FAILED"],
    handler: async (ctx) => {
      const edited = withOwner(owner, (tx) => editedConnection(tx, ctx.body));
      return { status: 200, body: await discoverModels(await db.asTenant(owner.tenant(ctx), edited)) };
    },
  });
}
