// The set-up of a fresh installation, step by step.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { SETUP_TOKEN_HEADER } from "../../../../contracts/core/header-names.ts";
import type {
  onboardingAgentsSchema,
  onboardingBreakglassSchema,
  onboardingOidcSchema,
  onboardingStatusSchema,
} from "../../../../contracts/installation/onboarding.ts";
import type { ProviderView } from "../../../../contracts/providers/provider.ts";
import type { ApiClient } from "../../api/client.ts";
import type { ProviderInput } from "../providers/providers-api.ts";
import { remember, type Session } from "../sign-in/session-api.ts";

export type OnboardingStatus = z.infer<typeof onboardingStatusSchema>;
export type FirstAdmin = z.infer<typeof onboardingBreakglassSchema>;
export type OidcInput = z.infer<typeof onboardingOidcSchema>;
export type SystemAgents = z.input<typeof onboardingAgentsSchema>;

export const onboardingKeys = { status: ["onboarding"] } as const;

export const onboardingQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: onboardingKeys.status,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => api.call<OnboardingStatus>("GET", "/api/onboarding/status", { signal }),
  });

export async function createFirstAdmin(api: ApiClient, setupToken: string, body: FirstAdmin): Promise<Session> {
  const headers = { [SETUP_TOKEN_HEADER]: setupToken };
  return remember(api, await api.call<Session>("POST", "/api/onboarding/breakglass", { body, headers }));
}

export async function setUpOidc(api: ApiClient, body: OidcInput): Promise<void> {
  await api.call<unknown>("POST", "/api/onboarding/oidc", { body });
}

/** Tests the connection for real before it saves. */
export async function setUpProvider(api: ApiClient, body: ProviderInput): Promise<ProviderView> {
  return await api.call<ProviderView>("POST", "/api/onboarding/provider", { body });
}

export async function setUpSystemAgents(api: ApiClient, body: SystemAgents): Promise<void> {
  await api.call<unknown>("POST", "/api/onboarding/agents", { body });
}

export async function completeOnboarding(api: ApiClient): Promise<OnboardingStatus> {
  return await api.call<OnboardingStatus>("POST", "/api/onboarding/complete");
}
