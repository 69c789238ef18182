// First boot: the set-up token, the first admin, the first provider, system agents (O1–O5).
import { z } from "zod";
import { nameSchema } from "../core/name.ts";
import { SYSTEM_AGENT_ROLES } from "../core/closed-sets.ts";
import { foreignPasswordSchema } from "../core/pasted-secret.ts";
import { systemNameSchema } from "../core/tenant.ts";
import { passwordSchema, usernameSchema } from "../people/local-account.ts";
import { providerCreateSchema } from "../providers/provider.ts";

export const onboardingBreakglassSchema = z.strictObject({ username: usernameSchema, password: passwordSchema });
export const onboardingOidcSchema = z.strictObject({
  issuerUrl: z.url({ protocol: /^https?$/ }).max(2048),
  clientId: z.string().min(1).max(255),
  clientSecret: foreignPasswordSchema(4096),
});
export const onboardingProviderSchema = providerCreateSchema;

export const systemAgentSchema = z.strictObject({
  name: systemNameSchema,
  displayName: nameSchema(255),
  role: z.enum(SYSTEM_AGENT_ROLES),
  provider: providerCreateSchema.optional(),
});
export type SystemAgentInput = z.infer<typeof systemAgentSchema>;
export const onboardingAgentsSchema = z.strictObject({ agents: z.array(systemAgentSchema).min(1).max(20) });

export const onboardingStatusSchema = z.strictObject({
  completed: z.boolean(),
  adminCreated: z.boolean(),
});
