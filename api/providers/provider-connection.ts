// The connection to a provider that a form holds: checked, completed with defaults, with the stored key where it keeps it.
import type { ProviderTarget } from "../../adapters/llm/provider-api.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { ProviderConnection } from "../../contracts/providers/provider.ts";
import { PROVIDER_DEFAULTS } from "../../contracts/providers/provider-facts.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { getProvider, openProviderKey } from "../../db/providers/providers.ts";
import { assertAddressForm } from "./provider-address.ts";

/** Whether the address may be called the test itself tells. @throws FleetError VALIDATION_FAILED when it is missing or none. */
export function unsavedConnection(input: Omit<ProviderConnection, "providerId">): ProviderTarget {
  const defaults = PROVIDER_DEFAULTS[input.type];
  const baseUrl = input.baseUrl ?? defaults.baseUrl;
  if (baseUrl === null) throw invalid("baseUrl", "This type of provider needs a base URL.");
  assertAddressForm(baseUrl);
  const apiKey = input.apiKey === null || input.apiKey === undefined ? null : new Secret(input.apiKey);
  return { type: input.type, baseUrl, apiKey, apiType: input.apiType ?? defaults.apiType };
}

/**
 * With an absent key, that of the saved provider: it goes to no other server than the one that it was entered for.
 * @throws FleetError NOT_FOUND, VALIDATION_FAILED
 */
export async function editedConnection(tx: TenantTransaction, input: ProviderConnection): Promise<ProviderTarget> {
  const { providerId, ...connection } = input;
  const target = unsavedConnection(connection);
  if (providerId === undefined || input.apiKey !== undefined) return target;
  const row = await getProvider(tx, providerId);
  const isElsewhere = new URL(row.baseUrl).origin !== new URL(target.baseUrl).origin;
  if (row.apiKey !== null && isElsewhere) {
    throw invalid("apiKey", "Enter the API key again: the base URL now points to another server.");
  }
  return { ...target, apiKey: openProviderKey(tx, row) };
}

function invalid(path: string, message: string): FleetError {
  return new FleetError("VALIDATION_FAILED", message, { validations: [{ path, message }] });
}
