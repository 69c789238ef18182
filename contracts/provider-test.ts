// The connection test of a provider: its steps, the ways it can fail, its result (P1, O3).
import { z } from "zod";
import {
  PROVIDER_TEST_REASONS,
  PROVIDER_TEST_STEPS,
  type ProviderTestReason,
  type ProviderTestStep,
} from "./provider-facts.ts";

/** At which step a test fails for this reason. */
export const STEP_OF_REASON = {
  address_invalid: "address",
  address_loopback: "address",
  address_metadata: "address",
  address_private: "address",
  address_agents: "address",
  address_not_public: "address",
  port_refused: "address",
  redirected: "address",
  name_unknown: "dns",
  nothing_listens: "connect",
  unreachable: "connect",
  timed_out: "connect",
  broken_off: "connect",
  certificate_refused: "tls",
  tls_not_spoken: "tls",
  key_missing: "key",
  key_refused: "key",
  key_forbidden: "key",
  path_not_found: "models",
  no_api: "models",
  rate_limited: "models",
  no_credit: "models",
  provider_fault: "models",
  unexpected_status: "models",
  answer_too_large: "models",
  no_models: "models",
  model_unknown: "models",
} as const satisfies Record<ProviderTestReason, ProviderTestStep>;

export const providerTestResultSchema = z.strictObject({
  ok: z.boolean(),
  /** This and the reason are set when `ok` is false. */
  failedStep: z.enum(PROVIDER_TEST_STEPS).nullable(),
  reason: z.enum(PROVIDER_TEST_REASONS).nullable(),
  /** The HTTP status that decided; null when no answer came. */
  status: z.number().int().nullable(),
  message: z.string(),
  durationMs: z.number().int(),
  /** Ids of what the provider offers; empty with `ok` when it keeps no list. */
  models: z.array(z.string()),
  /** Those of the models asked for that the provider does not have. With `ok`, its list may just not be complete. */
  unknownModels: z.array(z.string()),
});
export type ProviderTestResult = z.infer<typeof providerTestResultSchema>;
