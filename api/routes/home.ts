// The page at `/` that says where things are, and the API's own description.
import { z } from "zod";
import { onboardingStatus } from "../../db/repositories/onboarding.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { homePage } from "../home-page.ts";
import { htmlPolicy } from "../middleware/security-headers.ts";
import { openApiDocument } from "../openapi.ts";

/** `routes`: what the description tells of; asked for when all are known. */
export function createHomeRoutes(
  deps: Pick<ApiDeps, "db" | "version" | "cookie">,
  routes: () => readonly Route[],
): readonly Route[] {
  let document: unknown;
  return [
    defineRoute({
      method: "get",
      path: "/",
      operationId: "getHome",
      summary: "A page for people that says where things are",
      who: "public",
      onboarding: "always",
      rateLimit: "read",
      responses: { 200: { description: "The page.", contentType: "text/html; charset=utf-8" } },
      errors: ["DATABASE_UNAVAILABLE"],
      handler: async () => {
        const status = await deps.db.globally(onboardingStatus);
        const { nonce, policy } = htmlPolicy();
        return {
          status: 200,
          body: homePage({ ...status, nonce, version: deps.version }),
          headers: { "content-security-policy": policy },
        };
      },
    }),
    defineRoute({
      method: "get",
      path: "/openapi.json",
      operationId: "getOpenApi",
      summary: "This description",
      who: "public",
      onboarding: "always",
      rateLimit: "read",
      responses: { 200: { description: "An OpenAPI 3.1 document.", schema: z.unknown() } },
      handler: async () => {
        document ??= openApiDocument(routes(), { version: deps.version, sessionCookieName: deps.cookie.name });
        return { status: 200, body: document };
      },
    }),
  ];
}
