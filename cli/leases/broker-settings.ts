// Where the broker is and who calls it: the variables and options of the original command.
import { randomBytes } from "node:crypto";
import { BROKER_ROLES, LEASE_LIMITS, PAYLOAD_LIMITS, type BrokerRole } from "../../contracts/leases/credential-lease.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { CliIo } from "../terminal/io.ts";
import { QaError } from "./qa-error.ts";

const SITE_URL = "OPENCLAW_QA_CONVEX_SITE_URL";
const PREFIX = "OPENCLAW_QA_CONVEX_ENDPOINT_PREFIX";
const INSECURE = "OPENCLAW_QA_ALLOW_INSECURE_HTTP";
const OWNER_ID = "OPENCLAW_QA_CREDENTIAL_OWNER_ID";
const ROLE = "OPENCLAW_QA_CREDENTIAL_ROLE";
const HTTP_TIMEOUT = "OPENCLAW_QA_CREDENTIAL_HTTP_TIMEOUT_MS";
export const SECRET_VARIABLES = {
  ci: "OPENCLAW_QA_CONVEX_SECRET_CI",
  maintainer: "OPENCLAW_QA_CONVEX_SECRET_MAINTAINER",
} as const satisfies Record<BrokerRole, string>;

const DEFAULT_PREFIX = "/qa-credentials/v1";
const HTTP_TIMEOUT_MS = 15_000;
const ACQUIRE_TIMEOUT_MS = 90_000;

type Env = CliIo["env"];

export interface BrokerOptions {
  readonly siteUrl?: string | undefined;
  readonly endpointPrefix?: string | undefined;
  readonly actorId?: string | undefined;
}

export interface BrokerTarget {
  readonly siteUrl: URL;
  readonly prefix: string;
  readonly httpTimeoutMs: number;
}

/** Exactly what the checks of `doctor` look at, one by one. @throws QaError under the original's codes. */
export function siteUrlOf(options: BrokerOptions, env: Env): URL {
  const text = options.siteUrl?.trim() || env[SITE_URL]?.trim();
  if (!text) {
    const cure = `Set ${SITE_URL} to the broker's address, or pass --site-url.`;
    throw new QaError("MISSING_SITE_URL", `${SITE_URL} is missing.`, { cure });
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new QaError("INVALID_SITE_URL", `${SITE_URL} is no URL.`);
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && isYes(env[INSECURE]) && isLoopback(url.hostname)) return url;
  const message = `${SITE_URL} must begin with https://. http:// is only allowed on loopback, with ${INSECURE}=1.`;
  throw new QaError("INVALID_SITE_URL", message);
}

/** @throws QaError INVALID_ARGUMENT */
export function prefixOf(options: BrokerOptions, env: Env): string {
  const text = options.endpointPrefix?.trim() || env[PREFIX]?.trim() || DEFAULT_PREFIX;
  const rooted = text.startsWith("/") ? text : `/${text}`;
  const prefix = rooted.replace(/\/$/, "");
  if (prefix.startsWith("//") || /[\\?#]/.test(prefix) || prefix.split("/").includes("..")) {
    throw new QaError("INVALID_ARGUMENT", `The endpoint prefix must be a path such as ${DEFAULT_PREFIX}, without "..".`);
  }
  return prefix;
}

export function targetOf(options: BrokerOptions, env: Env): BrokerTarget {
  return { siteUrl: siteUrlOf(options, env), prefix: prefixOf(options, env), httpTimeoutMs: httpTimeoutOf(env) };
}

export function httpTimeoutOf(env: Env): number {
  return countOf(env, HTTP_TIMEOUT, HTTP_TIMEOUT_MS);
}

/** @throws QaError MISSING_MAINTAINER_SECRET, MISSING_CI_SECRET */
export function secretOf(role: BrokerRole, env: Env): Secret {
  const name = SECRET_VARIABLES[role];
  const text = env[name]?.trim();
  if (text) return new Secret(text);
  const code = role === "maintainer" ? "MISSING_MAINTAINER_SECRET" : "MISSING_CI_SECRET";
  throw new QaError(code, `${name} is missing.`, { cure: `Put the ${role} secret, or a broker key of that role, into it.` });
}

export function adminIdOf(options: BrokerOptions, env: Env): string {
  return options.actorId?.trim() || env[OWNER_ID]?.trim() || `qa-lab-admin-${process.pid}-${randomBytes(4).toString("hex")}`;
}

export interface LeaseSettings {
  readonly role: BrokerRole;
  readonly ownerId: string;
  readonly leaseTtlMs: number;
  readonly heartbeatIntervalMs: number;
  readonly acquireTimeoutMs: number;
  readonly payloadMaxLength: number;
  readonly payloadMaxChunks: number;
}

export interface LeaseOptions {
  readonly role?: BrokerRole | undefined;
  readonly ownerId?: string | undefined;
  readonly ttlMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Options before variables before the contract's defaults. @throws QaError INVALID_ENV */
export function leaseSettingsOf(options: LeaseOptions, env: Env): LeaseSettings {
  const role = options.role ?? roleOf(env);
  const ownerId =
    options.ownerId?.trim() || env[OWNER_ID]?.trim() || `qa-lab-${role}-${process.pid}-${randomBytes(4).toString("hex")}`;
  const count = (name: string, fallback: number) => countOf(env, `OPENCLAW_QA_CREDENTIAL_${name}`, fallback);
  return {
    role,
    ownerId,
    leaseTtlMs: options.ttlMs ?? count("LEASE_TTL_MS", LEASE_LIMITS.leaseTtlMs.default),
    heartbeatIntervalMs: count("HEARTBEAT_INTERVAL_MS", LEASE_LIMITS.heartbeatIntervalMs.default),
    acquireTimeoutMs: options.timeoutMs ?? count("ACQUIRE_TIMEOUT_MS", ACQUIRE_TIMEOUT_MS),
    payloadMaxLength: count("PAYLOAD_MAX_BYTES", PAYLOAD_LIMITS.maxLength),
    payloadMaxChunks: count("PAYLOAD_MAX_CHUNKS", PAYLOAD_LIMITS.maxChunks),
  };
}

/** In CI the role is ci, elsewhere maintainer, unless the variable says otherwise. */
function roleOf(env: Env): BrokerRole {
  const text = env[ROLE]?.trim().toLowerCase();
  if (!text) return isYes(env["CI"]) ? "ci" : "maintainer";
  const role = BROKER_ROLES.find((known) => known === text);
  if (role === undefined) throw new QaError("INVALID_ENV", `${ROLE} must be ci or maintainer.`);
  return role;
}

function countOf(env: Env, name: string, fallback: number): number {
  const text = env[name]?.trim();
  if (!text) return fallback;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new QaError("INVALID_ENV", `${name} must be a whole number above 0.`);
}

function isYes(text: string | undefined): boolean {
  return /^(1|true|yes)$/i.test(text?.trim() ?? "");
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
