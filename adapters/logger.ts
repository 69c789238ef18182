// Structured logs of a process, with secrets removed twice: by field name, and by their form in the finished line.
import { pino, type DestinationStream, type Logger } from "pino";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRET_FIELDS = [
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
];

/** A key's public part (`mpk_` or `mbk_` and 20 characters) may be logged; everything that carries the secret part may not. */
const SECRET_FORMS: readonly RegExp[] = [
  /enc:v\d+:[A-Za-z0-9+/=_:-]+/g,
  /(?:oak|mct|mpk|mbk)_(?![a-z2-7]{20}(?![A-Za-z0-9_]))[A-Za-z0-9_]{6,}/g,
  /Bearer\s+[A-Za-z0-9._~+/=-]+/gi,
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
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: "[redacted]" },
    hooks: { streamWrite: scrub },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}
