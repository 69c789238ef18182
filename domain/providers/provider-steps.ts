// How far the test of a connection came: a step that was not taken is not passed.
import {
  PROVIDER_TEST_STEPS,
  type ProviderStepState,
  type ProviderTestStep,
} from "../../contracts/providers/provider-facts.ts";

export type ProviderSteps = Readonly<Record<ProviderTestStep, ProviderStepState>>;

export interface StepFacts {
  readonly baseUrl: string;
  readonly hasKey: boolean;
  /** Null when all went well. */
  readonly failedStep: ProviderTestStep | null;
  /** Whether anything was sent at all. */
  readonly isTried: boolean;
  /** Whether the provider gave a list of models. */
  readonly hasList: boolean;
}

export function providerSteps(facts: StepFacts): ProviderSteps {
  const failedAt = facts.failedStep === null ? PROVIDER_TEST_STEPS.length : PROVIDER_TEST_STEPS.indexOf(facts.failedStep);
  const stateOf = (step: ProviderTestStep): ProviderStepState => {
    const index = PROVIDER_TEST_STEPS.indexOf(step);
    if (index === failedAt) return "failed";
    if (index > failedAt || !facts.isTried) return "open";
    return isUnused(step, facts) ? "unused" : "passed";
  };
  return {
    ...{ address: stateOf("address"), dns: stateOf("dns"), connect: stateOf("connect") },
    ...{ tls: stateOf("tls"), key: stateOf("key"), models: stateOf("models") },
  };
}

function isUnused(step: ProviderTestStep, { baseUrl, hasKey, hasList }: StepFacts): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  if (step === "dns") return /^(?:\[.*\]|[\d.]+)$/.test(hostname);
  if (step === "tls") return protocol === "http:";
  if (step === "key") return !hasKey;
  return step === "models" && !hasList;
}
