// Keys of the table system_config, their types and defaults.
import { z } from "zod";
import { IDLE_TIMEOUT_LIMITS_MIN } from "../agent-config/agent-limits.ts";
import { smtpStoredSchema } from "../people/invites.ts";
import { outboundStoredSchema } from "./outbound.ts";
import { oidcStoredSchema, oidcTestResultSchema } from "../sign-in/oidc.ts";

/** `secret`: stored encrypted, never shown. `default` undefined: absent until written. */
export const SYSTEM_CONFIG = {
  "installation.id": { schema: z.uuid(), secret: false },
  "onboarding.admin": { schema: z.uuid(), secret: false },
  "onboarding.completed": { schema: z.literal(true), secret: false },
  "oidc.issuerUrl": { schema: z.string(), secret: false },
  "oidc.clientId": { schema: z.string(), secret: false },
  "oidc.clientSecret": { schema: z.string(), secret: true },
  /** The rest of what is in effect. */
  "oidc.settings": { schema: oidcStoredSchema.omit({ issuerUrl: true, clientId: true }), secret: false },
  /** The last one given to a candidate. */
  "oidc.revision": { schema: z.number().int(), secret: false },
  /** Settings that wait for a test sign-in, and what it showed. */
  "oidc.candidate": { schema: oidcStoredSchema, secret: false },
  "oidc.candidateSecret": { schema: z.string(), secret: true },
  "oidc.candidateTest": { schema: oidcTestResultSchema.extend({ revision: z.number().int() }), secret: false },
  /** Absent: the api's environment applies. */
  "outbound.settings": { schema: outboundStoredSchema, secret: false },
  "outbound.proxyPassword": { schema: z.string(), secret: true },
  "smtp.settings": { schema: smtpStoredSchema, secret: false },
  "smtp.password": { schema: z.string(), secret: true },
  "idle.defaultTimeoutMin": { schema: z.number().int().min(1), secret: false },
  "idle.maxTimeoutMin": { schema: z.number().int().min(1), secret: false },
  "agent.image": { schema: z.string(), secret: false },
  "agents.subnet": { schema: z.string(), secret: false },
} as const;
export type SystemConfigKey = keyof typeof SYSTEM_CONFIG;
export type SystemConfigValue<K extends SystemConfigKey> = z.infer<(typeof SYSTEM_CONFIG)[K]["schema"]>;

export const SYSTEM_CONFIG_DEFAULTS = {
  "idle.defaultTimeoutMin": IDLE_TIMEOUT_LIMITS_MIN.default,
  "idle.maxTimeoutMin": IDLE_TIMEOUT_LIMITS_MIN.max,
} as const;
