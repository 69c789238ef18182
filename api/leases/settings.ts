// Settings of the credential broker as the api's configuration reads them.
import { z } from "zod";
import { Secret } from "../../contracts/core/secret.ts";

export interface CredentialBrokerSettings {
  /** Where its routes are, e.g. `/qa-credentials/v1`; begins with a slash and does not end with one. */
  readonly prefix: string;
  /** Null: not set. Equal ones count as the maintainer's. */
  readonly secrets: { readonly maintainer: Secret | null; readonly ci: Secret | null };
}

/** Of the original, so that clients find us without a setting of their own. */
const DEFAULT_PREFIX = "/qa-credentials/v1";
const PREFIX = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;
const TAKEN = /^\/(?:api|v1|openclaw|healthz|readyz|metrics|openapi\.json)(?:\/|$)/;

/** Whoever has one may lease or read the credentials of all pools, and nothing slows guesses down but the network. */
const MIN_SECRET_CHARS = 16;

/** Clients split the header on white space, so that such a secret could never be sent. */
const secret = z
  .string()
  .trim()
  .refine((text) => !/\s/.test(text), "Use a secret without white space.")
  .refine((text) => text === "" || text.length >= MIN_SECRET_CHARS, `Use at least ${MIN_SECRET_CHARS} characters.`)
  .transform((text) => (text === "" ? null : new Secret(text)))
  .optional()
  .transform((value) => value ?? null);

export const BROKER_SETTINGS = {
  MOSAIC_QA_PREFIX: z
    .string()
    .trim()
    .default(DEFAULT_PREFIX)
    .transform((text) => `/${text.replace(/^\//, "").replace(/\/$/, "")}`)
    .refine((prefix) => PREFIX.test(prefix), "Give a path such as /qa-credentials/v1.")
    .refine((prefix) => !TAKEN.test(prefix), "Other routes of the product are under that path."),
  OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: secret,
  OPENCLAW_QA_CONVEX_SECRET_CI: secret,
};

interface BrokerValues {
  readonly MOSAIC_QA_PREFIX: string;
  readonly OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: Secret | null;
  readonly OPENCLAW_QA_CONVEX_SECRET_CI: Secret | null;
}

export function brokerSettings(values: BrokerValues): CredentialBrokerSettings {
  return {
    prefix: values.MOSAIC_QA_PREFIX,
    secrets: { maintainer: values.OPENCLAW_QA_CONVEX_SECRET_MAINTAINER, ci: values.OPENCLAW_QA_CONVEX_SECRET_CI },
  };
}
