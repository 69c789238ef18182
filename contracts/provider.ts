// LLM providers: what a user connects an agent to (P1).
import { z } from "zod";
import { API_TYPES, PROVIDER_TEST_REASONS, PROVIDER_TYPES } from "./provider-facts.ts";

export const providerNameSchema = z
  .string()
  .max(63)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "Use lower-case letters, digits and hyphens; begin with a letter or digit.");

export const modelSchema = z.strictObject({
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  contextWindow: z.number().int().min(1024).max(10_000_000),
  maxTokens: z.number().int().min(1).max(1_000_000),
});
export type ProviderModel = z.infer<typeof modelSchema>;

export const DEFAULT_CONTEXT_WINDOW = 128_000;
export const DEFAULT_MAX_TOKENS = 8_192;

/** A model, or its plain id, which then gets the default limits. */
export const modelInputSchema = z.union([
  z
    .string()
    .min(1)
    .max(200)
    .transform((id) => ({ id, name: id, contextWindow: DEFAULT_CONTEXT_WINDOW, maxTokens: DEFAULT_MAX_TOKENS })),
  z
    .strictObject({
      id: modelSchema.shape.id,
      name: modelSchema.shape.name.optional(),
      contextWindow: modelSchema.shape.contextWindow.default(DEFAULT_CONTEXT_WINDOW),
      maxTokens: modelSchema.shape.maxTokens.default(DEFAULT_MAX_TOKENS),
    })
    .transform((model) => ({ ...model, name: model.name ?? model.id })),
]);

const providerFields = {
  name: providerNameSchema,
  displayName: z.string().min(1).max(255),
  type: z.enum(PROVIDER_TYPES),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullish(),
  apiKey: z.string().min(1).max(4096).nullish(),
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
  displayName: z.string(),
  type: z.enum(PROVIDER_TYPES),
  baseUrl: z.string(),
  apiKeyLastFour: z.string().nullable(),
  hasApiKey: z.boolean(),
  apiType: z.enum(API_TYPES),
  models: z.array(modelSchema),
  isActive: z.boolean(),
  /** The last test of what is stored; null when there was none since the connection was changed. */
  lastTest: z
    .strictObject({
      at: z.iso.datetime(),
      reason: z.enum(PROVIDER_TEST_REASONS).nullable(),
      status: z.number().int().nullable(),
    })
    .nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
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
  models: z.array(modelSchema.shape.id).max(200).default([]),
});

/** A model that a provider offers; limits are null where its list does not say them. */
export const offeredModelSchema = z.strictObject({
  id: modelSchema.shape.id,
  name: modelSchema.shape.name,
  contextWindow: modelSchema.shape.contextWindow.nullable(),
  maxTokens: modelSchema.shape.maxTokens.nullable(),
});
export type OfferedModel = z.infer<typeof offeredModelSchema>;
export const offeredModelsSchema = z.strictObject({
  /** Empty when the provider is there but keeps no list. */
  models: z.array(offeredModelSchema),
  /** There are more than are given here. */
  isCut: z.boolean(),
});
export type OfferedModels = z.infer<typeof offeredModelsSchema>;
