// Structured logs of a process, with secrets removed twice: by field name, and by their form in the finished line.
import { types } from "node:util";
import { pino, stdSerializers, type DestinationStream, type Logger } from "pino";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const CENSOR = "[redacted]";
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  "password",
  "apiKey",
  "leaseToken",
  "clientSecret",
  "token",
  "agentToken",
  "gatewayToken",
  "authorization",
  "cookie",
  "secret",
]);
/** Objects nested deeper are not part of an event's facts. */
const CENSORED_DEPTH = 5;

/** A key's public part (`mpk_`, `mbk_` or `oak_live_` and 20 characters) may be logged; everything that carries the secret part may not. */
const SECRET_FORMS: readonly RegExp[] = [
  /enc:v\d+:[A-Za-z0-9+/=_:-]+/g,
  /(?:oak_live|oak(?!_live_)|mct|mpk|mbk)_(?![a-z2-7]{20}(?![A-Za-z0-9_]))[A-Za-z0-9_]{6,}/g,
  /Bearer\s+[A-Za-z0-9._~+/=-]+/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\\rn\s-]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}/g,
];

/** Replaces everything that has the form of one of the product's secrets. */
export function scrub(text: string): string {
  return SECRET_FORMS.reduce((line, form) => line.replace(form, "[redacted]"), text);
}

/** One JSON line per event on standard output, or on `destination`. */
export function createLogger(options: { name: string; level: LogLevel; destination?: DestinationStream }): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    // For the fields of a child logger, which `formatters.log` does not see.
    redact: { paths: [...SECRET_FIELDS], censor: CENSOR },
    formatters: { log: (fields: Record<string, unknown>) => censored(fields) },
    // Errors are already plain fields here.
    serializers: { err: (fields: unknown) => fields },
    hooks: { streamWrite: scrub },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/** The same fields, with the values of secret ones replaced. */
function censored(fields: object, depth = CENSORED_DEPTH): Record<string, unknown> {
  const shown = Object.entries(fields).map(([name, value]): [string, unknown] => [
    name,
    SECRET_FIELDS.has(name) ? CENSOR : censoredValue(value, depth),
  ]);
  return Object.fromEntries(shown);
}

/** Bytes and values that serialise themselves (a date, a Secret) are left alone. */
function censoredValue(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth === 0) return value;
  if (types.isNativeError(value)) return censored(stdSerializers.err(value), depth - 1);
  if (Array.isArray(value)) return value.map((each) => censoredValue(each, depth - 1));
  return "toJSON" in value || ArrayBuffer.isView(value) ? value : censored(value, depth - 1);
}
