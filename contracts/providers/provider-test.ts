// The connection test of a provider: its steps, the ways it can fail, its result.
import { z } from "zod";
import { offeredModelSchema } from "./provider.ts";
import {
  PROVIDER_STEP_STATES,
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
  certificate_authority_unknown: "tls",
  certificate_self_signed: "tls",
  certificate_expired: "tls",
  certificate_other_name: "tls",
  proxy_unreachable: "connect",
  proxy_refused: "connect",
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

const state = z.enum(PROVIDER_STEP_STATES);
export const providerTestResultSchema = z.strictObject({
  ok: z.boolean(),
  /** This and the reason are set when `ok` is false. */
  failedStep: z.enum(PROVIDER_TEST_STEPS).nullable(),
  steps: z.strictObject({ address: state, dns: state, connect: state, tls: state, key: state, models: state }),
  reason: z.enum(PROVIDER_TEST_REASONS).nullable(),
  /** The HTTP status that decided; null when no answer came. */
  status: z.number().int().nullable(),
  message: z.string(),
  durationMs: z.number().int(),
  /** Ids of what the provider offers; empty with `ok` when it keeps no list. */
  models: z.array(z.string()),
  /** The same ones, with what the provider says of each. */
  offered: z.array(offeredModelSchema),
  /** Requested models that the provider does not list. With `ok`, its list may just be incomplete. */
  unknownModels: z.array(z.string()),
});
export type ProviderTestResult = z.infer<typeof providerTestResultSchema>;
