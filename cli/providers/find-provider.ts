// The caller's providers, by name.
import { providerListSchema, type ProviderView } from "../../contracts/providers/provider.ts";
import type { ApiClient } from "../http/api-client.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";

export const PROVIDERS_PATH = "/api/me/providers";

export async function findProvider(api: ApiClient, name: string): Promise<ProviderView> {
  const provider = (await listProviders(api)).find((one) => one.name === name);
  if (provider !== undefined) return provider;
  throw new CliError(`You have no provider named ${name}.`, { exitCode: EXIT.failed, cure: "mosaic providers list" });
}

export async function listProviders(api: ApiClient): Promise<ProviderView[]> {
  return (await api.call({ method: "GET", path: PROVIDERS_PATH }, providerListSchema)).providers;
}
