// What the api would answer, for pictures of the pages and for checks of each of them. Every answer is held to its contract.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import type { z } from "zod";
import { profileViewSchema } from "../../../contracts/people/account.ts";
import { agentConfigViewSchema } from "../../../contracts/agent-config/agent-config.ts";
import { containerViewSchema } from "../../../contracts/containers/agent-container.ts";
import { onboardingStatusSchema } from "../../../contracts/installation/onboarding.ts";
import { providerListSchema, providerViewSchema } from "../../../contracts/providers/provider.ts";
import { apiKeyViewSchema, sessionViewSchema } from "../../../contracts/sign-in/session.ts";
import { oidcConfigViewSchema, signInMethodsSchema } from "../../../contracts/sign-in/oidc.ts";

/** The pages' clock stands here. */
export const NOW = new Date("2026-11-21T09:42:00.000Z");

export const ago = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();
export const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const hold = <S extends z.ZodType>(schema: S, value: z.output<S>): unknown => schema.parse(value);

const session = hold(sessionViewSchema, {
  user: { id: uuid(1), name: "Ana Weber", systemRole: "admin" },
  csrfToken: "token",
  expiresAt: ago(-600),
});

const profile = hold(profileViewSchema, {
  ...{ id: uuid(1), name: "Ana Weber", username: "ana", email: "ana.weber@example.org", emailVerified: true, image: null },
  ...{ systemRole: "admin", status: "active", isLocalAuth: true, workspaceMemberships: [] },
  ...{ createdAt: ago(60 * 24 * 300), deactivatedAt: null, invitedAt: null, invitedBy: null, lastSignInAt: ago(42) },
  preferences: {},
});

const TEXT_ONLY = { images: false, tools: true, reasoning: true, explicit: ["contextWindow", "maxTokens"] };
const provider = providerViewSchema.parse({
  id: uuid(10),
  name: "zai",
  displayName: "Z.AI",
  type: "zai",
  baseUrl: "https://api.z.ai/api/paas/v4",
  apiKeyLastFour: "k3f9",
  hasApiKey: true,
  apiType: "openai-completions",
  models: [
    { id: "glm-5", name: "GLM 5", contextWindow: 200_000, maxTokens: 16_384, ...TEXT_ONLY },
    { id: "glm-5-air", name: "GLM 5 Air", contextWindow: 128_000, maxTokens: 8_192, ...TEXT_ONLY },
  ],
  isActive: true,
  refusal: null,
  lastTest: { at: ago(60 * 24 * 2), reason: null, status: 200 },
  createdAt: ago(60 * 24 * 12),
  updatedAt: ago(60 * 24 * 2),
});
const ollama = { ...provider, id: uuid(11), name: "workshop", displayName: "Workshop computer", type: "ollama" as const };
const providers = [
  provider,
  {
    ...ollama,
    baseUrl: "http://10.0.4.20:11434",
    apiKeyLastFour: null,
    hasApiKey: false,
    apiType: "ollama" as const,
    isActive: false,
    lastTest: null,
  },
];

const event = (number: number, minutes: number, cause: string, more: object = {}) => ({
  id: uuid(100 + number),
  at: ago(minutes),
  cause,
  phase: "ready",
  actor: "system",
  actorName: null,
  reason: null,
  generation: 7,
  ...more,
});
const agent = containerViewSchema.parse({
  name: `mosaic-user-${uuid(704)}`,
  status: "running",
  phase: "ready",
  reason: null,
  lastLogLines: [],
  host: "fleet-1",
  image: "mosaic-fleet/agent:2026.9.6",
  generation: 7,
  configRevision: 12,
  appliedRevision: 12,
  startedAt: ago(30),
  lastActivityAt: ago(4),
  sleepsAt: ago(-26),
  timeline: [
    event(1, 30, "started"),
    event(2, 31, "config_changed"),
    event(3, 32, "restart_requested", { actor: uuid(2), actorName: "Ana Weber", reason: givenReason("Unexpected response.") }),
    event(4, 55, "started"),
    event(5, 56, "chat"),
    event(6, 190, "idle"),
    event(7, 260, "out_of_memory"),
  ],
});

/** By method and path; a path is matched without its query. */
export type Answers = Readonly<Record<string, { readonly status?: number; readonly body: unknown }>>;

export const FRESH: Answers = {
  "GET /api/onboarding/status": { body: hold(onboardingStatusSchema, { completed: false, adminCreated: false }) },
  "GET /api/session": { status: 401, body: { error: { code: "UNAUTHENTICATED", message: "Sign in first." } } },
};
export const CLAIMED: Answers = {
  ...FRESH,
  "GET /api/onboarding/status": { body: hold(onboardingStatusSchema, { completed: false, adminCreated: true }) },
  "GET /api/session": { body: session },
  "GET /api/system-config/oidc": {
    body: hold(oidcConfigViewSchema, { redirectUri: "https://fleet.example.org/oidc/callback", active: null, candidate: null }),
  },
};
/** The provider was saved. */
export const CONNECTED: Answers = { ...CLAIMED, "GET /api/me/providers": { body: hold(providerListSchema, { providers }) } };
export const NO_MODEL: Answers = { ...CLAIMED, "GET /api/me/providers": { body: hold(providerListSchema, { providers: [] }) } };
export const SIGNED_OUT: Answers = {
  ...FRESH,
  "GET /api/onboarding/status": { body: hold(onboardingStatusSchema, { completed: true, adminCreated: true }) },
  "GET /api/sign-in-methods": { body: hold(signInMethodsSchema, { password: true, oidc: null }) },
};
export const SIGNED_IN: Answers = {
  ...SIGNED_OUT,
  "GET /api/session": { body: session },
  "GET /api/me": { body: profile },
  "GET /api/me/agent": { body: agent },
  "GET /api/me/agent-config": {
    body: hold(agentConfigViewSchema, {
      primaryModel: "zai/glm-5",
      fallbackModels: ["zai/glm-5-air"],
      personality:
        "# Manner\n\nBe brief and kind. Say when you do not know something.\n\n- Dates as 21 November 2026\n- Metric units\n",
      providerId: uuid(10),
      idleTimeoutMin: null,
      effectiveIdleTimeoutMin: 30,
      effectiveModel: "zai/glm-5",
      revision: 12,
      warnings: [],
    }),
  },
  "GET /api/me/providers": { body: hold(providerListSchema, { providers }) },
  [`GET /api/me/providers/${uuid(10)}`]: { body: provider },
  "GET /api/me/keys": {
    body: {
      keys: [
        apiKeyViewSchema.parse({
          keyId: "mpk_abcdefghij0123456789",
          name: "Laptop",
          scopes: ["chat:send"],
          lastFour: "Q7xa",
          createdAt: ago(60 * 24 * 40),
          expiresAt: ago(-60 * 24 * 50),
          lastUsedAt: ago(12),
        }),
        apiKeyViewSchema.parse({
          keyId: "mpk_abcdefghij0123456780",
          name: "Home automation",
          scopes: ["chat:send", "container:read"],
          lastFour: "m2Kd",
          createdAt: ago(60 * 24 * 80),
          expiresAt: ago(-60 * 24 * 6),
          lastUsedAt: ago(60 * 24 * 3),
        }),
      ],
    },
  },
};

export interface PageAtRest {
  readonly name: string;
  readonly path: string;
  readonly answers: Answers;
  /** What the tab has kept from before. */
  readonly kept?: Readonly<Record<string, string>>;
}
