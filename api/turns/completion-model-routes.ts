// The models that OpenAI clients see: the caller's agent, whichever model it uses.
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import type { OtherAgents } from "./other-agents.ts";
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

export function createModelRoutes(otherAgents: OtherAgents): readonly Route[] {
  const modelsOf = (caller: Parameters<OtherAgents["models"]>[0]) => listModels(otherAgents, caller);
  return [
    defineRoute({
      ...ALIKE,
      method: "get",
      path: "/v1/models",
      operationId: "listModels",
      summary: "List models for OpenAI clients: your agent, and the registered agents that you may use",
      responses: { 200: { description: "The list.", schema: modelsSchema } },
      handler: async ({ caller }) => ({ status: 200, body: { object: "list", data: await modelsOf(caller) } }),
    }),
    defineRoute({
      ...ALIKE,
      method: "get",
      path: "/v1/models/:model",
      operationId: "getModel",
      summary: "Read a model by its id",
      params: z.strictObject({ model: partSchema }),
      responses: MODEL_RESPONSE,
      handler: async ({ caller, params }) => modelNamed(params.model, await modelsOf(caller)),
    }),
    defineRoute({
      ...ALIKE,
      method: "get",
      path: "/v1/models/:owner/:model",
      operationId: "getModelWithSlash",
      summary: "Read a model whose id contains a slash",
      params: z.strictObject({ owner: partSchema, model: partSchema }),
      responses: MODEL_RESPONSE,
      handler: async ({ caller, params }) => modelNamed(`${params.owner}/${params.model}`, await modelsOf(caller)),
    }),
  ];
}

type Model = z.infer<typeof modelSchema>;

async function listModels(otherAgents: OtherAgents, caller: Parameters<OtherAgents["models"]>[0]): Promise<Model[]> {
  const others = await otherAgents.models(caller);
  const { object, owned_by } = OPENCLAW_MODEL;
  return [OPENCLAW_MODEL, ...others.map(({ id, created }): Model => ({ id, object, created, owned_by }))];
}

/** @throws FleetError NOT_FOUND */
function modelNamed(id: string, models: readonly Model[]): Reply {
  const found = NAMES.has(id) ? { ...OPENCLAW_MODEL, id } : models.find((model) => model.id === id);
  if (found === undefined) throw new FleetError("NOT_FOUND", `Unknown model. Your agent is the model ${OPENCLAW_MODEL.id}.`);
  return { status: 200, body: found };
}
