// First boot, in order: admin, sign-in by OIDC (may be skipped), provider, system agents (may be skipped), done (O1–O5).
import { z } from "zod";
import { FleetError } from "../../contracts/errors.ts";
import { SETUP_TOKEN_HEADER } from "../../contracts/header-names.ts";
import {
  onboardingAgentsSchema,
  onboardingBreakglassSchema,
  onboardingOidcSchema,
  onboardingProviderSchema,
  onboardingStatusSchema,
} from "../../contracts/onboarding.ts";
import { oidcSettingsSchema } from "../../contracts/oidc.ts";
import { providerViewSchema } from "../../contracts/provider.ts";
import { sessionViewSchema } from "../../contracts/session.ts";
import { completeOnboarding, onboardingStatus } from "../../db/repositories/onboarding.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { createFirstAdmin } from "../first-admin.ts";
import { storeOidcCandidate } from "../oidc/candidate.ts";
import { unsavedConnection } from "../provider-connection.ts";
import { providerView } from "../provider-view.ts";
import { saveDefaultProvider } from "../default-provider.ts";
import { assertNamesFree, provisionSystemAgent } from "../system-agents.ts";
import { sessionReply } from "../session-reply.ts";

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
    summary: "How far the set-up is",
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
    summary: `Create the first admin; works once, and needs the header ${SETUP_TOKEN_HEADER}`,
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
    summary: "Store the identity provider's settings after its discovery; a test sign-in puts them into effect",
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

function createProviderRoute({ testProvider }: Pick<ApiDeps, "testProvider">): Route {
  return defineRoute({
    ...ADMIN_STEP,
    path: `${PATH}/provider`,
    operationId: "setUpProvider",
    summary: "Test a provider for real, then save it as the admin's default",
    audit: { action: "onboarding.provider", target: "provider" },
    body: onboardingProviderSchema,
    bodyExample: { name: "zai", displayName: "Z.AI", type: "zai", apiKey: "sk-…", models: ["glm-5"] },
    responses: { 201: { description: "Saved.", schema: providerViewSchema } },
    errors: ["PROVIDER_TEST_FAILED", "CONFLICT"],
    handler: async ({ body, user, write }) => {
      const result = await testProvider({ ...unsavedConnection(body), models: body.models.map(({ id }) => id) });
      if (!result.ok) throw new FleetError("PROVIDER_TEST_FAILED", result.message, { details: { ...result } });
      const row = await write(
        user.tenant,
        (tx) => saveDefaultProvider(tx, body, result),
        ({ id, name }) => ({ targetId: id, detail: { name } }),
      );
      return { status: 201, body: providerView(row) };
    },
  });
}

function createAgentsRoute({ db }: Pick<ApiDeps, "db">): Route {
  return defineRoute({
    ...ADMIN_STEP,
    path: `${PATH}/agents`,
    operationId: "setUpSystemAgents",
    summary: "Create system agents, which run always",
    audit: { action: "onboarding.system-agent", target: "system-agent" },
    body: onboardingAgentsSchema,
    bodyExample: { agents: [{ name: "ops", displayName: "Operations", role: "operations" }] },
    responses: { 201: { description: "Created.", schema: z.strictObject({ tenants: z.array(z.string()) }) } },
    errors: ["CONFLICT"],
    handler: async ({ body, user, write }) => {
      await assertNamesFree(db, body.agents);
      const tenants: string[] = [];
      for (const agent of body.agents) tenants.push(await provisionSystemAgent(write, agent, user.id));
      return { status: 201, body: { tenants } };
    },
  });
}

function createCompleteRoute({ db }: Pick<ApiDeps, "db">): Route {
  return defineRoute({
    ...ADMIN_STEP,
    path: `${PATH}/complete`,
    operationId: "completeOnboarding",
    summary: "Finish the set-up; from then on its calls answer 409",
    audit: { action: "onboarding.complete", target: "system-config" },
    responses: { 200: { description: "Done.", schema: onboardingStatusSchema } },
    handler: async ({ user, writeGlobally }) => {
      await writeGlobally(
        (tx) => completeOnboarding(tx, user.id),
        () => ({ targetId: "onboarding.completed" }),
      );
      return { status: 200, body: await db.globally(onboardingStatus) };
    },
  });
}
