// First boot, in order: admin, sign-in by OIDC (may be skipped), provider, system agents (may be skipped), done (O1–O5).
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import { SETUP_TOKEN_HEADER } from "../../contracts/core/header-names.ts";
import {
  onboardingAgentsSchema,
  onboardingBreakglassSchema,
  onboardingOidcSchema,
  onboardingProviderSchema,
  onboardingStatusSchema,
} from "../../contracts/installation/onboarding.ts";
import { oidcSettingsSchema } from "../../contracts/sign-in/oidc.ts";
import { suggestedModels } from "../../contracts/providers/model-families.ts";
import { asOffered } from "../../contracts/providers/model-input.ts";
import { providerViewSchema, type ProviderCreate } from "../../contracts/providers/provider.ts";
import type { ProviderTestResult } from "../../contracts/providers/provider-test.ts";
import { sessionViewSchema } from "../../contracts/sign-in/session.ts";
import { completeOnboarding, onboardingStatus } from "../../db/installation/onboarding.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { createFirstAdmin } from "./first-admin.ts";
import { storeOidcCandidate } from "../sign-in/oidc-candidate.ts";
import { unsavedConnection } from "../providers/provider-connection.ts";
import { providerView } from "../providers/provider-view.ts";
import { saveDefaultProvider } from "../providers/default-provider.ts";
import { assertModelUsable } from "../providers/model-choice.ts";
import { assertAgentsFit, provisionSystemAgent } from "../containers/system-agents.ts";
import { sessionReply } from "../sign-in/session-reply.ts";

const PATH = "/api/onboarding";
const ADMIN_STEP = { method: "post", who: "admin", onboarding: "before", rateLimit: "write" } as const;

export function createOnboardingRoutes(deps: ApiDeps): readonly Route[] {
  return [
    createStatusRoute(deps),
    createBreakglassRoute(deps),
    createOidcRoute(deps),
    createProviderRoute(deps),
    createAgentsRoute(deps),
    createCompleteRoute(deps),
  ];
}

function createStatusRoute({ db }: Pick<ApiDeps, "db">): Route {
  return defineRoute({
    method: "get",
    path: `${PATH}/status`,
    operationId: "getOnboardingStatus",
    summary: "Read the progress of the set-up",
    who: "public",
    onboarding: "always",
    rateLimit: "read",
    responses: { 200: { description: "The status.", schema: onboardingStatusSchema } },
    errors: ["DATABASE_UNAVAILABLE"],
    handler: async () => ({ status: 200, body: await db.globally(onboardingStatus) }),
  });
}

function createBreakglassRoute(deps: ApiDeps): Route {
  return defineRoute({
    method: "post",
    path: `${PATH}/breakglass`,
    operationId: "createFirstAdmin",
    summary: `Create the first administrator; works once and requires the header ${SETUP_TOKEN_HEADER}`,
    who: "public",
    onboarding: "before",
    rateLimit: "setup",
    audit: { action: "onboarding.create-admin", target: "user" },
    body: onboardingBreakglassSchema,
    bodyExample: { username: "root", password: "…" },
    responses: { 201: { description: "Created and signed in; the cookie is set.", schema: sessionViewSchema } },
    errors: ["SETUP_TOKEN_INVALID", "CONFLICT"],
    handler: async ({ body, request, remoteAddress, writeGlobally }) => {
      const client = { remoteAddress, userAgent: request.get("user-agent") ?? null };
      const { session, user } = await deps.setup.claim({ token: request.get(SETUP_TOKEN_HEADER), remoteAddress }, () =>
        createFirstAdmin({ ...deps, ...client, writeGlobally }, body),
      );
      return sessionReply(deps, session, user);
    },
  });
}

function createOidcRoute(deps: Pick<ApiDeps, "db" | "oidc">): Route {
  return defineRoute({
    ...ADMIN_STEP,
    path: `${PATH}/oidc`,
    operationId: "setUpOidc",
    summary: "Discover and store the identity provider's settings; a test sign-in is required before they can be activated",
    audit: { action: "onboarding.oidc", target: "system-config" },
    body: onboardingOidcSchema,
    bodyExample: { issuerUrl: "https://id.example.org", clientId: "mosaic", clientSecret: "…" },
    responses: { 200: { description: "Stored.", schema: z.strictObject({ issuerUrl: z.string() }) } },
    errors: ["PROVIDER_TEST_FAILED"],
    handler: async ({ body, user, writeGlobally }) => {
      const settings = oidcSettingsSchema.parse(body);
      const { issuerUrl } = await storeOidcCandidate(deps, writeGlobally, { settings, updatedBy: user.id });
      return { status: 200, body: { issuerUrl } };
    },
  });
}

function createProviderRoute({ testProvider, addresses }: Pick<ApiDeps, "testProvider" | "addresses">): Route {
  return defineRoute({
    ...ADMIN_STEP,
    path: `${PATH}/provider`,
    operationId: "setUpProvider",
    summary: "Test a provider and save it as the administrator's default",
    audit: { action: "onboarding.provider", target: "provider" },
    body: onboardingProviderSchema,
    bodyExample: { name: "zai", displayName: "Z.AI", type: "zai", apiKey: "sk-…", models: ["glm-5"] },
    responses: { 201: { description: "Saved.", schema: providerViewSchema } },
    errors: ["PROVIDER_TEST_FAILED", "CONFLICT"],
    handler: async ({ body, user, write }) => {
      const result = await testProvider({ ...unsavedConnection(body), models: body.models.map(({ id }) => id) });
      if (!result.ok) throw new FleetError("PROVIDER_TEST_FAILED", result.message, { details: { ...result } });
      await addresses.assertAllowed(body.baseUrl);
      const models = chosenModels(body, result);
      const row = await write(
        user.tenant,
        (tx) => saveDefaultProvider(tx, { ...body, models }, result),
        ({ id, name }) => ({ targetId: id, detail: { name } }),
      );
      return { status: 201, body: providerView(row, addresses.refusalOf) };
    },
  });
}

/** The set-up does not end with an agent that has no model. @throws FleetError VALIDATION_FAILED on `models` */
function chosenModels({ models }: ProviderCreate, { models: listed, offered }: ProviderTestResult): ProviderCreate["models"] {
  if (models.length > 0) return models.map((model) => asOffered(model, offered));
  const suggested = suggestedModels(listed).map((id) => asOffered({ id }, offered));
  if (suggested.length > 0) return suggested;
  const message = "Enter at least one model: this provider does not list its models.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "models", message }] });
}

function createAgentsRoute(deps: Pick<ApiDeps, "db" | "addresses">): Route {
  return defineRoute({
    ...ADMIN_STEP,
    path: `${PATH}/agents`,
    operationId: "setUpSystemAgents",
    summary: "Create system agents",
    audit: { action: "onboarding.system-agent", target: "system-agent" },
    body: onboardingAgentsSchema,
    bodyExample: { agents: [{ name: "ops", displayName: "Operations", role: "operations" }] },
    responses: { 201: { description: "Created.", schema: z.strictObject({ tenants: z.array(z.string()) }) } },
    errors: ["CONFLICT"],
    handler: async ({ body, user, write }) => {
      await assertAgentsFit(deps, body.agents);
      const tenants: string[] = [];
      for (const agent of body.agents) tenants.push(await provisionSystemAgent(write, agent, user.id));
      return { status: 201, body: { tenants } };
    },
  });
}

/** The same judgement as at the start of an agent decides, so that no way of setting up ends with an agent that cannot answer. */
function createCompleteRoute({ db, addresses }: Pick<ApiDeps, "db" | "addresses">): Route {
  return defineRoute({
    ...ADMIN_STEP,
    path: `${PATH}/complete`,
    operationId: "completeOnboarding",
    summary: "Finish the set-up; requires a provider with a model. Afterwards set-up calls return 409",
    audit: { action: "onboarding.complete", target: "system-config" },
    responses: { 200: { description: "Done.", schema: onboardingStatusSchema } },
    errors: ["PROVIDER_REQUIRED"],
    handler: async ({ user, write }) => {
      await write(
        user.tenant,
        async (tx) => {
          await assertModelUsable(tx, addresses.refusalOf);
          await completeOnboarding(tx, user.id);
        },
        () => ({ targetId: "onboarding.completed" }),
      );
      return { status: 200, body: await db.globally(onboardingStatus) };
    },
  });
}
