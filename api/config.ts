// The settings of the process `api`: the only place of it that reads the environment.
import { z } from "zod";
import ipaddr from "ipaddr.js";
import { COMMON_SETTINGS, readSettings, temporalVariables, type Environment } from "../adapters/process/process-settings.ts";
import { PROVIDER_NETWORKS_SETTING, type ProviderNetworks } from "../adapters/llm/provider-networks.ts";
import type { RootKey } from "../adapters/crypto/root-key.ts";
import type { LogLevel } from "../adapters/process/logger.ts";
import { outboundEnvironment, type OutboundEnvironment } from "../adapters/outbound/outbound-environment.ts";
import { Secret } from "../contracts/core/secret.ts";
import { gatewayTokens, type GatewayTokens } from "./registered-agents/gateway-tokens.ts";
import { BROKER_SETTINGS, brokerSettings, type CredentialBrokerSettings } from "./leases/settings.ts";

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
  /** Host names beside the public URL's under which it may be called, in lower case. */
  readonly furtherHosts: readonly string[];
  /** Origins whose pages may call /v1 with a key; empty: none. */
  readonly corsOrigins: readonly string[];
  readonly setupToken: Secret | null;
  /** For `/metrics` from elsewhere than this machine. */
  readonly metricsToken: Secret | null;
  readonly logLevel: LogLevel;
  /** The address of the Temporal Web UI, for links; null: no links. */
  readonly temporalUiUrl: URL | null;
  /** Where we show the local server's Web UI from; null: we do not. */
  readonly temporalUi: { readonly archive: string; readonly httpPort: number; readonly httpHost: string } | null;
  /** Private networks whose model servers may be called; `all` opens every private address. */
  readonly providerNetworks: ProviderNetworks;
  /** Where the demonstration's model listens on the agents' bridge; null without one. */
  readonly demoModelPort: number | null;
  readonly credentialBroker: CredentialBrokerSettings;
  /** Of registered agents' gateways: the OPENCLAW_TOKEN_* variables. */
  readonly gatewayTokens: GatewayTokens;
  /** How the environment reaches what is outside; it counts until an administrator sets something else. */
  readonly outbound: OutboundEnvironment;
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
  /** These three are set by the start-up, with a local Temporal server. */
  MOSAIC_TEMPORAL_UI_ARCHIVE: z.string().min(1).optional(),
  MOSAIC_TEMPORAL_HTTP_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  MOSAIC_TEMPORAL_HTTP_HOST: z.string().min(1).optional(),
  MOSAIC_TRUSTED_PROXIES: z
    .string()
    .default("")
    .transform(toList)
    .refine(areBlocks, "Give addresses or CIDR blocks, separated by commas."),
  MOSAIC_FURTHER_HOSTS: z
    .string()
    .default("")
    .transform((text) => toList(text.toLowerCase()))
    .refine((names) => names.every(isHostName), "Give host names without scheme and port, separated by commas."),
  MOSAIC_CORS_ORIGINS: z
    .string()
    .default("")
    .transform(toList)
    .refine((origins) => origins.every(isOrigin), "Give origins such as https://chat.example.org, separated by commas."),
  MOSAIC_SETUP_TOKEN: z.string().min(16, "Use at least 16 characters.").optional(),
  MOSAIC_METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, "Use at least 16 characters, without a space.")
    .optional(),
  ...BROKER_SETTINGS,
  MOSAIC_PROVIDER_NETWORKS: PROVIDER_NETWORKS_SETTING,
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
    temporalUi: temporalUi(values),
    trustedProxies: values.MOSAIC_TRUSTED_PROXIES,
    furtherHosts: values.MOSAIC_FURTHER_HOSTS,
    corsOrigins: values.MOSAIC_CORS_ORIGINS,
    setupToken: values.MOSAIC_SETUP_TOKEN === undefined ? null : new Secret(values.MOSAIC_SETUP_TOKEN),
    metricsToken: values.MOSAIC_METRICS_TOKEN === undefined ? null : new Secret(values.MOSAIC_METRICS_TOKEN),
    providerNetworks: values.MOSAIC_PROVIDER_NETWORKS,
    demoModelPort: values.MOSAIC_DEMO_MODEL_PORT ?? null,
    credentialBroker: brokerSettings(values),
    gatewayTokens: gatewayTokens(env),
    outbound: outboundEnvironment(env),
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

function isHostName(name: string): boolean {
  return /^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(name);
}

/** Never `*` or `null`: they name nobody. */
function isOrigin(origin: string): boolean {
  return URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) && new URL(origin).origin === origin;
}

function areBlocks(entries: readonly string[]): boolean {
  return entries.every((entry) => ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry));
}

function temporalUi(values: z.output<typeof schema>): ApiConfig["temporalUi"] {
  const archive = values.MOSAIC_TEMPORAL_UI_ARCHIVE;
  const { MOSAIC_TEMPORAL_HTTP_PORT: httpPort, MOSAIC_TEMPORAL_HTTP_HOST: httpHost } = values;
  return archive === undefined || httpPort === undefined || httpHost === undefined ? null : { archive, httpPort, httpHost };
}
