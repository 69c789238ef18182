// The setting MOSAIC_PROVIDER_NETWORKS: what the api may call, and what the agents' firewall opens, is one list.
import ipaddr from "ipaddr.js";
import { z } from "zod";

/** CIDR blocks, or every private address. */
export type ProviderNetworks = readonly string[] | "all";

export const PROVIDER_NETWORKS_SETTING = z
  .string()
  .default("")
  .transform(toNetworks)
  .refine(areNetworks, "Give CIDR blocks separated by commas, or the word private.");

function toNetworks(text: string): ProviderNetworks {
  if (text.trim() === "private") return "all";
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function areNetworks(networks: ProviderNetworks): boolean {
  return networks === "all" || networks.every((entry) => ipaddr.isValidCIDR(entry));
}
