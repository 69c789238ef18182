// The OpenAPI document, made from the same objects that the routes are mounted from (S5).
import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { brokerErrorSchema } from "../contracts/credential-broker.ts";
import { ERROR_RULES } from "../contracts/errors.ts";
import { CSRF_HEADER } from "../contracts/session.ts";
import type { ErrorStyle } from "./error-body.ts";
import { isUnsafe, type ResponseRule, type Route, type Who } from "./define-route.ts";

const ERROR_CODES = Object.keys(ERROR_RULES);

const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(ERROR_CODES),
      message: z.string(),
      requestId: z.string().optional(),
      validations: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  })
  .meta({ id: "Error", example: { error: { code: "NOT_FOUND", message: "There is no such provider.", requestId: "…" } } });

const openAiErrorSchema = z
  .strictObject({
    error: z.strictObject({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string().nullable() }),
  })
  .meta({ id: "OpenAiError" });

const ERROR_SCHEMAS: Readonly<Record<ErrorStyle, z.ZodType>> = {
  fleet: errorSchema,
  openai: openAiErrorSchema,
  broker: brokerErrorSchema.meta({ id: "BrokerError" }),
};

export interface DocumentOptions {
  readonly version: string;
  readonly sessionCookieName: string;
}

/** Routes of the public listener; those for containers are not documented to the public. */
export function openApiDocument(routes: readonly Route[], options: DocumentOptions): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes.filter(({ who }) => who !== "container")) {
    const path = route.path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Mosaic Fleet",
      version: options.version,
      description: "A control plane for fleets of personal OpenClaw agents.",
    },
    paths,
    components: {
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: options.sessionCookieName,
          description: `Unsafe methods also need ${CSRF_HEADER}.`,
        },
        personalKey: { type: "http", scheme: "bearer", description: "A personal API key, mpk_…" },
        brokerSecret: { type: "http", scheme: "bearer", description: "A secret or key of the credential broker." },
      },
    },
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const requestBody = route.body ?? route.ownBody;
  return {
    operationId: route.operationId,
    summary: route.summary,
    security: security(route.who),
    ...(route.scope === undefined ? {} : { description: `A key needs the scope \`${route.scope}\`.` }),
    requestParams: {
      ...(route.params instanceof z.ZodObject ? { path: route.params } : {}),
      ...(route.query instanceof z.ZodObject ? { query: route.query } : {}),
    },
    ...(requestBody === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": media(requestBody, route.bodyExample) } } }),
    responses: {
      ...Object.fromEntries(Object.entries(route.responses).map(([status, rule]) => [status, response(rule)])),
      default: {
        description: `An error. ${isUnsafe(route.method) ? "Nothing was changed." : ""}`.trim(),
        content: { "application/json": { schema: ERROR_SCHEMAS[route.errorStyle ?? "fleet"] } },
      },
    },
  };
}

function response(rule: ResponseRule): { description: string; content?: Record<string, ReturnType<typeof media>> } {
  if (rule.schema === undefined && rule.contentType === undefined) return { description: rule.description };
  return {
    description: rule.description,
    content: { [rule.contentType ?? "application/json"]: media(rule.schema ?? z.string(), rule.example) },
  };
}

function media(schema: z.ZodType, example: unknown): { schema: z.ZodType; example?: unknown } {
  return example === undefined ? { schema } : { schema, example };
}

function security(who: Who): Record<string, string[]>[] {
  switch (who) {
    case "public":
    case "container":
      return [];
    case "session":
    case "admin":
      return [{ session: [] }];
    case "user":
      return [{ session: [] }, { personalKey: [] }];
    case "broker":
      return [{ brokerSecret: [] }];
  }
}
