// Settings of the identity provider: a candidate is checked, tested by a sign-in, and then activated. Administrators only.
import type { Request } from "express";
import {
  oidcConfigViewSchema,
  oidcSettingsSchema,
  oidcStartedSchema,
  type OidcConfigView,
} from "../../contracts/sign-in/oidc.ts";
import {
  activateOidcCandidate,
  deleteActiveOidc,
  deleteOidcCandidate,
  readActiveOidc,
  readOidcCandidate,
} from "../../db/sign-in/oidc-settings.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { beginOidc, oidcRedirectUri } from "./begin-oidc.ts";
import { storeOidcCandidate } from "./oidc-candidate.ts";

const PATH = "/api/system-config/oidc";
/** Also during the set-up, whose wizard tests what it stores. */
const ADMIN = { who: "admin", onboarding: "always" } as const;
const VIEW = { 200: { description: "The settings.", schema: oidcConfigViewSchema } } as const;
type ConfigDeps = Pick<ApiDeps, "db" | "oidc" | "oidcCookie" | "publicUrl">;

export function createOidcConfigRoutes(deps: ConfigDeps): readonly Route[] {
  return [
    createReadRoute(deps),
    createDeleteRoute(),
    createCandidateRoute(deps),
    createDiscardRoute(),
    createTestRoute(deps),
    createActivateRoute(deps),
  ];
}

function createReadRoute(deps: ConfigDeps): Route {
  return defineRoute({
    ...ADMIN,
    method: "get",
    path: PATH,
    operationId: "getOidcConfig",
    summary: "Read the identity provider's active and candidate settings, without secrets",
    rateLimit: "read",
    responses: VIEW,
    handler: async ({ request }) => ({ status: 200, body: await viewOf(deps, request) }),
  });
}

function createDeleteRoute(): Route {
  return defineRoute({
    ...ADMIN,
    method: "delete",
    path: PATH,
    operationId: "deleteOidcConfig",
    summary: "Disable single sign-on; existing sessions continue",
    rateLimit: "write",
    audit: { action: "oidc.delete", target: "system-config" },
    responses: { 204: { description: "Disabled." } },
    handler: async ({ writeGlobally }) => {
      await writeGlobally(deleteActiveOidc, () => ({ targetId: "oidc" }));
      return { status: 204 };
    },
  });
}

function createCandidateRoute(deps: ConfigDeps): Route {
  return defineRoute({
    ...ADMIN,
    method: "put",
    path: `${PATH}/candidate`,
    operationId: "setOidcCandidate",
    summary: "Store candidate settings for a test sign-in, after checking the provider's discovery document and keys",
    rateLimit: "probe",
    audit: { action: "oidc.candidate", target: "system-config" },
    body: oidcSettingsSchema,
    bodyExample: { issuerUrl: "https://id.example.org", clientId: "mosaic", clientSecret: "…", joinRule: "invited" },
    responses: VIEW,
    errors: ["PROVIDER_TEST_FAILED"],
    handler: async ({ user, body, request, writeGlobally }) => {
      await storeOidcCandidate(deps, writeGlobally, { settings: body, updatedBy: user.id });
      return { status: 200, body: await viewOf(deps, request) };
    },
  });
}

function createDiscardRoute(): Route {
  return defineRoute({
    ...ADMIN,
    method: "delete",
    path: `${PATH}/candidate`,
    operationId: "discardOidcCandidate",
    summary: "Discard candidate settings; the active settings stay",
    rateLimit: "write",
    audit: { action: "oidc.discard", target: "system-config" },
    responses: { 204: { description: "Discarded." } },
    handler: async ({ writeGlobally }) => {
      await writeGlobally(deleteOidcCandidate, () => ({ targetId: "oidc" }));
      return { status: 204 };
    },
  });
}

function createTestRoute(deps: ConfigDeps): Route {
  return defineRoute({
    ...ADMIN,
    method: "post",
    path: "/api/oidc/test",
    operationId: "startOidcTest",
    summary: "Start a test sign-in with the candidate settings; it changes no account",
    rateLimit: "probe",
    audit: { none: "What comes of it is audited." },
    responses: { 200: { description: "Where to send the browser.", schema: oidcStartedSchema } },
    errors: ["NOT_FOUND", "OIDC_UNAVAILABLE"],
    handler: async ({ user, request }) => await beginOidc(deps, { purpose: "test", request, userId: user.id }),
  });
}

function createActivateRoute(deps: ConfigDeps): Route {
  return defineRoute({
    ...ADMIN,
    method: "post",
    path: `${PATH}/activate`,
    operationId: "activateOidc",
    summary: "Activate the candidate settings; requires a passed test of exactly these settings",
    rateLimit: "write",
    audit: { action: "oidc.activate", target: "system-config" },
    responses: VIEW,
    errors: ["CONFLICT"],
    handler: async ({ user, request, writeGlobally }) => {
      await writeGlobally(
        (tx) => activateOidcCandidate(tx, user.id),
        ({ revision, issuerUrl, clientId, assumesEmailVerified }) => ({
          targetId: "oidc",
          detail: { revision, issuerUrl, clientId, assumesEmailVerified },
        }),
      );
      return { status: 200, body: await viewOf(deps, request) };
    },
  });
}

async function viewOf({ db, publicUrl }: Pick<ConfigDeps, "db" | "publicUrl">, request: Request): Promise<OidcConfigView> {
  return await db.globally(async (tx) => {
    const active = await readActiveOidc(tx);
    const candidate = await readOidcCandidate(tx);
    return {
      redirectUri: oidcRedirectUri(publicUrl, request),
      active: active && { ...active, hasClientSecret: true },
      candidate: candidate && { ...candidate.settings, hasClientSecret: true, test: candidate.test },
    };
  });
}
