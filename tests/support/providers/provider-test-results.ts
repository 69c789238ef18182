// Results of a provider's connection test; what a test does not name is that of one that passed.
import type { ProviderTestResult } from "../../../contracts/providers/provider-test.ts";

export function aTestResult(given: Partial<ProviderTestResult> = {}): ProviderTestResult {
  return {
    ok: true,
    failedStep: null,
    steps: { address: "passed", dns: "passed", connect: "passed", tls: "passed", key: "passed", models: "passed" },
    reason: null,
    status: 200,
    message: "Works.",
    durationMs: 1,
    models: [],
    offered: [],
    unknownModels: [],
    ...given,
  };
}
