// Trying the connection to one's own LLM providers, and asking them for their models (P1). Nothing of the settings changes.
import { z } from "zod";
import { offeredModelsSchema, providerModelsInputSchema, providerTestInputSchema } from "../../contracts/provider.ts";
import { providerTestResultSchema } from "../../contracts/provider-test.ts";
import { getProvider, openProviderKey, recordProviderTest } from "../../db/repositories/providers.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { editedConnection } from "../provider-connection.ts";

const NO_AUDIT = { none: "A test changes nothing of what an agent gets." } as const;
const TEST_RESPONSES = { 200: { description: "How the test went; `ok` tells.", schema: providerTestResultSchema } } as const;
const CONNECTION_EXAMPLE = { type: "zai", apiKey: "sk-…" };

type Deps = Pick<ApiDeps, "db" | "testProvider" | "discoverModels">;

export function createProviderTestRoutes(deps: Deps): readonly Route[] {
  return [createSavedTestRoute(deps), createTestRoute(deps), createModelsRoute(deps)];
}

function createSavedTestRoute({ db, testProvider }: Deps): Route {
  return defineRoute({
    method: "post",
    path: "/api/me/providers/:id/test",
    operationId: "testProvider",
    summary: "Try the connection of a saved provider, whose card then shows how it went",
    who: "user",
    scope: "settings:write",
    rateLimit: "probe",
    audit: NO_AUDIT,
    params: z.strictObject({ id: z.uuid() }),
    responses: TEST_RESPONSES,
    handler: async ({ user, params }) => {
      const { row, apiKey } = await db.asTenant(user.tenant, async (tx) => {
        const found = await getProvider(tx, params.id);
        return { row: found, apiKey: openProviderKey(tx, found) };
      });
      const { type, baseUrl, apiType } = row;
      // Outside of any transaction: the provider may take its time.
      const result = await testProvider({ type, baseUrl, apiType, apiKey, models: row.models.map(({ id }) => id) });
      await db.asTenant(user.tenant, (tx) => recordProviderTest(tx, row, result));
      return { status: 200, body: result };
    },
  });
}

/** The set-up tries its provider before anything is saved, and so answers before it is done. */
function createTestRoute({ db, testProvider }: Deps): Route {
  return defineRoute({
    method: "post",
    path: "/api/me/provider-tests",
    operationId: "testProviderValues",
    summary: "Try a connection with values that are not saved; without a key, with that of the saved provider",
    who: "user",
    scope: "settings:write",
    onboarding: "always",
    rateLimit: "probe",
    audit: NO_AUDIT,
    body: providerTestInputSchema,
    bodyExample: { ...CONNECTION_EXAMPLE, models: ["glm-5"] },
    responses: TEST_RESPONSES,
    errors: ["NOT_FOUND"],
    handler: async ({ user, body: { models, ...connection } }) => {
      const target = await editedConnection(db, user.tenant, connection);
      return { status: 200, body: await testProvider({ ...target, models }) };
    },
  });
}

function createModelsRoute({ db, discoverModels }: Deps): Route {
  return defineRoute({
    method: "post",
    path: "/api/me/provider-models",
    operationId: "discoverProviderModels",
    summary: "List the models that a provider offers, with values as for a test",
    who: "user",
    scope: "settings:write",
    onboarding: "always",
    rateLimit: "probe",
    audit: NO_AUDIT,
    body: providerModelsInputSchema,
    bodyExample: CONNECTION_EXAMPLE,
    responses: { 200: { description: "What it offers, 500 at most.", schema: offeredModelsSchema } },
    errors: ["NOT_FOUND", "PROVIDER_TEST_FAILED"],
    handler: async ({ user, body }) => ({
      status: 200,
      body: await discoverModels(await editedConnection(db, user.tenant, body)),
    }),
  });
}
