// The API's own description.
import { z } from "zod";
import { defineRoute, type Route } from "./define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { openApiDocument } from "./openapi.ts";

/** `routes`: gives the described routes; called once all are known. */
export function createDescriptionRoute(deps: Pick<ApiDeps, "version" | "cookie">, routes: () => readonly Route[]): Route {
  let document: unknown;
  return defineRoute({
    method: "get",
    path: "/openapi.json",
    operationId: "getOpenApi",
    summary: "Read this OpenAPI description",
    who: "public",
    onboarding: "always",
    rateLimit: "read",
    responses: { 200: { description: "An OpenAPI 3.1 document.", schema: z.unknown() } },
    handler: async () => {
      document ??= openApiDocument(routes(), { version: deps.version, sessionCookieName: deps.cookie.name });
      return { status: 200, body: document };
    },
  });
}
