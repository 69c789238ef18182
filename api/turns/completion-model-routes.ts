// The models that OpenAI clients see: the caller's agent, whichever model it uses.
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import { defineRoute, type Reply, type Route } from "../http/define-route.ts";

/** Clients sort by it and some refuse 0: the release of OpenClaw that agents run. */
const CREATED = Date.UTC(2026, 8, 6) / 1000;
export const OPENCLAW_MODEL = { id: "openclaw", object: "model", created: CREATED, owned_by: "mosaic-fleet" } as const;
/** Further names of the same agent, as its gateway has them. */
const NAMES: ReadonlySet<string> = new Set(["openclaw", "openclaw:main", "openclaw/main", "openclaw/default"]);

const modelSchema = z.strictObject({
  id: z.string(),
  object: z.literal("model"),
  created: z.number(),
  owned_by: z.string(),
});
const modelsSchema = z.strictObject({ object: z.literal("list"), data: z.array(modelSchema) });
const partSchema = z.string().min(1).max(200);

const ALIKE = { who: "tenant", scope: "chat:send", rateLimit: "read", errorStyle: "openai" } as const;
const MODEL_RESPONSE = { 200: { description: "The model.", schema: modelSchema } };

export function createModelRoutes(): readonly Route[] {
  return [
    defineRoute({
      ...ALIKE,
      method: "get",
      path: "/v1/models",
      operationId: "listModels",
      summary: "List models for OpenAI clients: your agent",
      responses: { 200: { description: "The list.", schema: modelsSchema } },
      handler: async () => ({ status: 200, body: { object: "list", data: [OPENCLAW_MODEL] } }),
    }),
    defineRoute({
      ...ALIKE,
      method: "get",
      path: "/v1/models/:model",
      operationId: "getModel",
      summary: "Read a model by its id",
      params: z.strictObject({ model: partSchema }),
      responses: MODEL_RESPONSE,
      handler: async ({ params }) => modelNamed(params.model),
    }),
    defineRoute({
      ...ALIKE,
      method: "get",
      path: "/v1/models/:owner/:model",
      operationId: "getModelWithSlash",
      summary: "Read a model whose id contains a slash",
      params: z.strictObject({ owner: partSchema, model: partSchema }),
      responses: MODEL_RESPONSE,
      handler: async ({ params }) => modelNamed(`${params.owner}/${params.model}`),
    }),
  ];
}

/** @throws FleetError NOT_FOUND */
function modelNamed(id: string): Reply {
  if (!NAMES.has(id)) throw new FleetError("NOT_FOUND", `Unknown model. Your agent is the model ${OPENCLAW_MODEL.id}.`);
  return { status: 200, body: { ...OPENCLAW_MODEL, id } };
}
