// LLM providers: what a user connects an agent to.
import { z } from "zod";
import { nameSchema, shownNameSchema } from "../core/name.ts";
import { instantSchema } from "../core/instant.ts";
import { isReadableModelId, UNREADABLE_MODEL_ID } from "./model-id.ts";
import { tokenSchema } from "../core/pasted-secret.ts";
import { API_TYPES, CAPABILITY_NAMES, MODEL_LIMITS, PROVIDER_TEST_REASONS, PROVIDER_TYPES } from "./provider-facts.ts";

export const providerNameSchema = z
  .string()
  .max(63)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "Use lower-case letters, digits and hyphens; begin with a letter or digit.");

export const modelSchema = z.strictObject({
  id: z.string().min(1).max(200),
  name: nameSchema(200),
  contextWindow: z.number().int().min(MODEL_LIMITS.contextWindow.min).max(MODEL_LIMITS.contextWindow.max),
  maxTokens: z.number().int().min(MODEL_LIMITS.maxTokens.min).max(MODEL_LIMITS.maxTokens.max),
  /** It takes images beside text. */
  images: z.boolean(),
  /** It calls tools. */
  tools: z.boolean(),
  /** It thinks before it answers. */
  reasoning: z.boolean(),
});

const { id: modelId, name: modelName, ...capabilities } = modelSchema.shape;
const storedModelSchema = z.strictObject({ id: modelId, name: modelName, ...z.strictObject(capabilities).partial().shape });
/** As stored: values that nobody set are absent, and domain/providers/model-capabilities.ts derives them at each use. */
export type StoredModel = z.infer<typeof storedModelSchema>;

/** Names of the values that the owner or the provider's list set; the rest is derived from the id. */
const explicitSchema = z.array(z.enum(CAPABILITY_NAMES));
const shownModelSchema = modelSchema.extend({ name: shownNameSchema, explicit: explicitSchema });
/** As shown: with all values. */
export type ProviderModel = z.infer<typeof shownModelSchema>;

const readableId = modelId.refine(isReadableModelId, UNREADABLE_MODEL_ID);
/**
 * A model, or just its id. Omitted values are derived from the model's name; so are values that `explicit` does not name, so
 * that a model can be sent back as it was shown.
 */
export const modelInputSchema = z
  .union([
    modelId.transform((id): StoredModel => ({ id, name: id })),
    storedModelSchema
      .extend({ name: modelName.optional(), explicit: explicitSchema.optional() })
      .transform(({ explicit = CAPABILITY_NAMES, ...model }): StoredModel => {
        const set = explicit.filter((name) => model[name] !== undefined).map((name) => [name, model[name]]);
        return { id: model.id, name: model.name ?? model.id, ...Object.fromEntries(set) };
      }),
  ])
  // Behind the union, which would say no more than that neither fits.
  .refine(({ id }) => isReadableModelId(id), UNREADABLE_MODEL_ID);

const providerFields = {
  name: providerNameSchema,
  displayName: nameSchema(255),
  type: z.enum(PROVIDER_TYPES),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullish(),
  apiKey: tokenSchema(4096).nullish(),
  apiType: z.enum(API_TYPES).nullish(),
  models: z.array(modelInputSchema).max(200).default([]),
  isActive: z.boolean().default(true),
};

export const providerCreateSchema = z.strictObject(providerFields);
export type ProviderCreate = z.infer<typeof providerCreateSchema>;

/** Absent fields stay as they are. `apiKey: null` removes the key. A new origin in `baseUrl` needs the key again. */
export const providerUpdateSchema = z.strictObject({
  displayName: providerFields.displayName.optional(),
  baseUrl: providerFields.baseUrl,
  apiKey: providerFields.apiKey,
  apiType: providerFields.apiType,
  models: z.array(modelInputSchema).max(200).optional(),
  isActive: z.boolean().optional(),
});
export type ProviderUpdate = z.infer<typeof providerUpdateSchema>;

/** A provider as the API shows it. The key is write-only. */
export const providerViewSchema = z.strictObject({
  id: z.uuid(),
  name: providerNameSchema,
  displayName: shownNameSchema,
  type: z.enum(PROVIDER_TYPES),
  baseUrl: z.string(),
  apiKeyLastFour: z.string().nullable(),
  hasApiKey: z.boolean(),
  apiType: z.enum(API_TYPES),
  models: z.array(shownModelSchema),
  isActive: z.boolean(),
  /** Why its address may not be called, so that the agent does without it; null when it may. */
  refusal: z.enum(PROVIDER_TEST_REASONS).nullable(),
  /** The last test of what is stored; null when there was none since the connection was changed. */
  lastTest: z
    .strictObject({
      at: instantSchema,
      reason: z.enum(PROVIDER_TEST_REASONS).nullable(),
      status: z.number().int().nullable(),
    })
    .nullable(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
});
export type ProviderView = z.infer<typeof providerViewSchema>;
/** `GET /api/me/providers`, in order of creation. */
export const providerListSchema = z.strictObject({ providers: z.array(providerViewSchema) });

/** The connection that a form holds. Without a key, that of the saved provider is used, for the same server only. */
const providerConnectionSchema = z.strictObject({
  type: providerFields.type,
  baseUrl: providerFields.baseUrl,
  apiKey: providerFields.apiKey,
  apiType: providerFields.apiType,
  providerId: z.uuid().optional(),
});
export type ProviderConnection = z.infer<typeof providerConnectionSchema>;

/** `POST /api/me/provider-models` */
export const providerModelsInputSchema = providerConnectionSchema;
/** `POST /api/me/provider-tests`; `models` are the ids whose presence is tested too. */
export const providerTestInputSchema = z.strictObject({
  ...providerConnectionSchema.shape,
  models: z.array(readableId).max(200).default([]),
});

/** A model that a provider offers; null where its list does not say. */
export const offeredModelSchema = z.strictObject({
  id: modelId,
  name: modelName,
  contextWindow: capabilities.contextWindow.nullable(),
  maxTokens: capabilities.maxTokens.nullable(),
  images: capabilities.images.nullable(),
  tools: capabilities.tools.nullable(),
  reasoning: capabilities.reasoning.nullable(),
});
export type OfferedModel = z.infer<typeof offeredModelSchema>;
export const offeredModelsSchema = z.strictObject({
  /** Empty when the provider is there but keeps no list. */
  models: z.array(offeredModelSchema),
  /** There are more than are given here. */
  isCut: z.boolean(),
  /** Ids of listed models that an agent cannot use, because OpenClaw would read them differently. */
  unusable: z.array(z.string()),
});
export type OfferedModels = z.infer<typeof offeredModelsSchema>;
