// The settings of the process `api`: the only place of it that reads the environment.
import { z } from "zod";
import ipaddr from "ipaddr.js";
import { COMMON_SETTINGS, readSettings, temporalVariables, type Environment } from "../adapters/process-settings.ts";
import type { RootKey } from "../adapters/root-key.ts";
import type { LogLevel } from "../adapters/logger.ts";
import { Secret } from "../contracts/secret.ts";
import { BROKER_SETTINGS, brokerSettings, type CredentialBrokerSettings } from "./credential-broker/settings.ts";

export interface ApiConfig {
  /** Only host, port and database are used. */
  readonly databaseUrl: string;
  readonly rootKey: RootKey;
  readonly host: string;
  readonly port: number;
  readonly internalPort: number;
  readonly publicUrl: URL | null;
  /** Addresses and CIDR blocks; empty: no forwarded header is believed. */
  readonly trustedProxies: readonly string[];
  readonly setupToken: Secret | null;
  readonly logLevel: LogLevel;
  /** The address of the Temporal Web UI, for links; null: no links. */
  readonly temporalUiUrl: URL | null;
  /** Private networks whose model servers may be called; `all` opens every private address. */
  readonly providerNetworks: readonly string[] | "all";
  /** Where the demonstration's model listens on the agents' bridge; null without one. */
  readonly demoModelPort: number | null;
  readonly credentialBroker: CredentialBrokerSettings;
  /** The TEMPORAL_* variables, for the client's own reader. */
  readonly temporalEnv: Environment;
}

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

const schema = z.object({
  ...COMMON_SETTINGS,
  MOSAIC_HOST: z.string().min(1).default("127.0.0.1"),
  MOSAIC_PORT: port(4000),
  MOSAIC_INTERNAL_PORT: port(4001),
  MOSAIC_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "Give a URL that begins with https:// or http://." })
    .transform((text) => new URL(text))
    .refine((url) => url.pathname === "/" && url.search === "" && url.username === "", "Give the origin alone, without a path.")
    .optional(),
  MOSAIC_TEMPORAL_UI_URL: z
    .url({ protocol: /^https?$/, error: "Give a URL that begins with https:// or http://." })
    .transform((text) => new URL(text))
    .optional(),
  MOSAIC_TRUSTED_PROXIES: z
    .string()
    .default("")
    .transform(toList)
    .refine(areBlocks, "Give addresses or CIDR blocks, separated by commas."),
  MOSAIC_SETUP_TOKEN: z.string().min(16, "Use at least 16 characters.").optional(),
  ...BROKER_SETTINGS,
  MOSAIC_PROVIDER_NETWORKS: z
    .string()
    .default("")
    .transform(toNetworks)
    .refine(areNetworks, "Give CIDR blocks separated by commas, or the word private."),
  /** Set by the start-up, with `--demo`. */
  MOSAIC_DEMO_MODEL_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
});

/** @throws FleetError CONFIG_INVALID that names every problem at once; it repeats no value. */
export function readApiConfig(env: Environment): ApiConfig {
  const values = readSettings(schema, env);
  return {
    databaseUrl: values.DATABASE_URL,
    rootKey: values.MOSAIC_SECRET_KEY,
    host: values.MOSAIC_HOST,
    port: values.MOSAIC_PORT,
    internalPort: values.MOSAIC_INTERNAL_PORT,
    publicUrl: values.MOSAIC_PUBLIC_URL ?? null,
    temporalUiUrl: values.MOSAIC_TEMPORAL_UI_URL ?? null,
    trustedProxies: values.MOSAIC_TRUSTED_PROXIES,
    setupToken: values.MOSAIC_SETUP_TOKEN === undefined ? null : new Secret(values.MOSAIC_SETUP_TOKEN),
    providerNetworks: values.MOSAIC_PROVIDER_NETWORKS,
    demoModelPort: values.MOSAIC_DEMO_MODEL_PORT ?? null,
    credentialBroker: brokerSettings(values),
    logLevel: values.MOSAIC_LOG_LEVEL,
    temporalEnv: temporalVariables(env),
  };
}

function toList(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function toNetworks(text: string): readonly string[] | "all" {
  return text.trim() === "private" ? "all" : toList(text);
}

function areNetworks(networks: readonly string[] | "all"): boolean {
  return networks === "all" || networks.every((entry) => ipaddr.isValidCIDR(entry));
}

function areBlocks(entries: readonly string[]): boolean {
  return entries.every((entry) => ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry));
}
