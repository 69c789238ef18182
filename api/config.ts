// The settings of the process `api`: the only place of it that reads the environment.
import { z } from "zod";
import ipaddr from "ipaddr.js";
import { parseRootKey, type RootKey } from "../adapters/root-key.ts";
import { LOG_LEVELS, type LogLevel } from "../adapters/logger.ts";
import { FleetError } from "../contracts/errors.ts";
import { Secret } from "../contracts/secret.ts";

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
  /** Private networks whose model servers may be called; `all` opens every private address. */
  readonly providerNetworks: readonly string[] | "all";
  /** The TEMPORAL_* variables, for the client's own reader. */
  readonly temporalEnv: Readonly<Record<string, string | undefined>>;
}

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "Give a URL that begins with postgresql://." }),
  MOSAIC_SECRET_KEY: z.string({ error: "Give a random text of at least 32 bytes." }).transform(toRootKey),
  MOSAIC_HOST: z.string().min(1).default("127.0.0.1"),
  MOSAIC_PORT: port(4000),
  MOSAIC_INTERNAL_PORT: port(4001),
  MOSAIC_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "Give a URL that begins with https:// or http://." })
    .transform((text) => new URL(text))
    .refine((url) => url.pathname === "/" && url.search === "" && url.username === "", "Give the origin alone, without a path.")
    .optional(),
  MOSAIC_TRUSTED_PROXIES: z
    .string()
    .default("")
    .transform(toList)
    .refine(areBlocks, "Give addresses or CIDR blocks, separated by commas."),
  MOSAIC_SETUP_TOKEN: z.string().min(16, "Use at least 16 characters.").optional(),
  MOSAIC_PROVIDER_NETWORKS: z
    .string()
    .default("")
    .transform(toNetworks)
    .refine(areNetworks, "Give CIDR blocks separated by commas, or the word private."),
  MOSAIC_LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

/** @throws FleetError CONFIG_INVALID that names every problem at once; it repeats no value. */
export function readApiConfig(env: Readonly<Record<string, string | undefined>>): ApiConfig {
  // An empty variable means the same as none: compose files pass unset ones on as empty.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const result = schema.safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new FleetError("CONFIG_INVALID", `The settings are not complete. ${problems.join(" ")}`, { details: { problems } });
  }
  const values = result.data;
  return {
    databaseUrl: values.DATABASE_URL,
    rootKey: values.MOSAIC_SECRET_KEY,
    host: values.MOSAIC_HOST,
    port: values.MOSAIC_PORT,
    internalPort: values.MOSAIC_INTERNAL_PORT,
    publicUrl: values.MOSAIC_PUBLIC_URL ?? null,
    trustedProxies: values.MOSAIC_TRUSTED_PROXIES,
    setupToken: values.MOSAIC_SETUP_TOKEN === undefined ? null : new Secret(values.MOSAIC_SETUP_TOKEN),
    providerNetworks: values.MOSAIC_PROVIDER_NETWORKS,
    logLevel: values.MOSAIC_LOG_LEVEL,
    temporalEnv: Object.fromEntries(Object.entries(given).filter(([name]) => name.startsWith("TEMPORAL_"))),
  };
}

function toRootKey(text: string, ctx: z.RefinementCtx): RootKey {
  try {
    return parseRootKey(text);
  } catch (error) {
    ctx.addIssue({ code: "custom", message: error instanceof FleetError ? error.message : "The key cannot be used." });
    return z.NEVER;
  }
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
