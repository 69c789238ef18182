// The OpenAPI document, made from the same objects that the routes are mounted from.
import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { brokerErrorSchema } from "../../contracts/leases/credential-broker.ts";
import { AGENT_AUTH_SCHEME, AGENT_KEY_HEADER } from "../../contracts/agents/facts.ts";
import { ERROR_RULES } from "../../contracts/core/errors.ts";
import { CSRF_HEADER } from "../../contracts/core/header-names.ts";
import type { ResponseRule, Route } from "./define-route.ts";
import type { ErrorStyle } from "./error-body.ts";
import { errorCodesOf } from "./route-errors.ts";
import type { Who } from "./who.ts";

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
  contract: errorSchema,
  broker: brokerErrorSchema.meta({ id: "BrokerError" }),
};

export interface DocumentOptions {
  readonly version: string;
  readonly sessionCookieName: string;
}

/** Of the routes of one listener. Containers know theirs; only the public listener serves its description. */
export function openApiDocument(routes: readonly Route[], options: DocumentOptions): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
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
        agentKey: {
          type: "http",
          scheme: AGENT_AUTH_SCHEME,
          description: "An agent's key, oak_live_…; the scheme Bearer works as well.",
        },
        agentKeyHeader: { type: "apiKey", in: "header", name: AGENT_KEY_HEADER, description: "An agent's key, oak_live_…" },
        containerToken: { type: "http", scheme: "bearer", description: "An agent container's own token, mct_…" },
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
    security: SECURITY[route.who].map((scheme) => ({ [scheme]: [] })),
    ...(route.audit === undefined || "none" in route.audit ? {} : { "x-audit": route.audit.action }),
    ...(route.scope === undefined ? {} : { description: `A key needs the scope \`${route.scope}\`.` }),
    requestParams: {
      ...(route.params instanceof z.ZodObject ? { path: route.params } : {}),
      ...(route.query instanceof z.ZodObject ? { query: route.query } : {}),
    },
    ...(requestBody === undefined
      ? {}
      : {
          requestBody: {
            required: !requestBody.safeParse(undefined).success,
            content: { "application/json": media(requestBody, route.bodyExample) },
          },
        }),
    responses: {
      ...errorResponses(route),
      ...Object.fromEntries(Object.entries(route.responses).map(([status, rule]) => [status, response(rule)])),
    },
  };
}

/** One per status, with the codes that come with it. */
function errorResponses(route: Route): Record<string, ReturnType<typeof response>> {
  const schema = ERROR_SCHEMAS[route.errorStyle ?? "fleet"];
  const codesOf = (status: number) => errorCodesOf(route).filter((code) => ERROR_RULES[code].status === status);
  const statuses = new Set(errorCodesOf(route).map((code) => ERROR_RULES[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => [status, response({ description: codesOf(status).join(", "), schema })]),
  );
}

function response(rule: ResponseRule): { description: string; content?: Record<string, ReturnType<typeof media>> } {
  if (rule.schema === undefined && rule.contentType === undefined) return { description: rule.description };
  const types = [rule.contentType ?? "application/json"].flat();
  const content = Object.fromEntries(types.map((type) => [type, media(rule.schema ?? unwritten(type), rule.example)]));
  return { description: rule.description, content };
}

/** What can be said of an answer that the handler writes itself. Of events the description tells: they have no one shape. */
function unwritten(type: string): z.ZodType | undefined {
  if (type === "text/event-stream") return undefined;
  return type === "application/json" ? z.record(z.string(), z.unknown()) : z.string();
}

function media(schema: z.ZodType | undefined, example: unknown): { schema?: z.ZodType; example?: unknown } {
  return { ...(schema === undefined ? {} : { schema }), ...(example === undefined ? {} : { example }) };
}

const SECURITY: Readonly<Record<Who, readonly string[]>> = {
  public: [],
  session: ["session"],
  user: ["session", "personalKey"],
  tenant: ["session", "personalKey", "agentKey", "agentKeyHeader"],
  credential: ["session", "personalKey", "agentKey", "agentKeyHeader"],
  agent: ["agentKey", "agentKeyHeader"],
  anyone: ["session", "personalKey"],
  admin: ["session"],
  container: ["containerToken"],
  broker: ["brokerSecret"],
};
