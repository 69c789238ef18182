// The connection test of a provider, from what a form or a row holds.
import type { TestProvider } from "../adapters/provider-test.ts";
import { FleetError } from "../contracts/errors.ts";
import { PROVIDER_DEFAULTS, type ProviderCreate, type ProviderTestResult } from "../contracts/provider.ts";
import { Secret } from "../contracts/secret.ts";
import { assertProviderAddress } from "./provider-address.ts";

/** @throws FleetError VALIDATION_FAILED when the address is missing or refused. */
export async function testUnsavedProvider(
  test: TestProvider,
  input: Pick<ProviderCreate, "type" | "baseUrl" | "apiKey" | "apiType">,
): Promise<ProviderTestResult> {
  const defaults = PROVIDER_DEFAULTS[input.type];
  const baseUrl = input.baseUrl ?? defaults.baseUrl;
  if (baseUrl === null) {
    const message = "This type of provider needs a base URL.";
    throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "baseUrl", message }] });
  }
  assertProviderAddress(baseUrl);
  const apiKey = input.apiKey === null || input.apiKey === undefined ? null : new Secret(input.apiKey);
  return await test({ type: input.type, baseUrl, apiKey, apiType: input.apiType ?? defaults.apiType });
}
