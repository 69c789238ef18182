// Outbound connections of the product and its agents: a proxy with exceptions, and additional certificate authorities.
import { z } from "zod";
import { PROVIDER_TEST_REASONS } from "../providers/provider-facts.ts";

export const OUTBOUND_LIMITS = { exceptions: 100, certificatesChars: 262_144 } as const;
const PEM = /^(?:-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/;
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** A host name, which stands for all below it too, an address, or a network; each but a network may have a port. */
const EXCEPTION = /^(?:\*?\.)?[A-Za-z0-9_.:[\]/-]{1,253}$/;

export const proxyUrlSchema = z
  .url({ protocol: /^https?$/, error: "Enter the proxy as http://name:port or https://name:port." })
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text);
    // What is no address at all has been told already.
    if (url === null) return true;
    return url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  }, "Enter only the proxy's address; user name and password have their own fields.");

export const certificatesSchema = z
  .string()
  .max(OUTBOUND_LIMITS.certificatesChars)
  .transform(
    (text) =>
      text
        .match(PEM_BLOCK)
        ?.map((block) => block.trim())
        .join("\n")
        .concat("\n") ?? text,
  )
  .refine((text) => PEM.test(text), "Paste certificates in PEM format that begin with -----BEGIN CERTIFICATE-----.");

/** `PUT /api/system-config/outbound`. All null and empty: no proxy and no additional authorities, whatever the environment says. */
export const outboundSettingsSchema = z.strictObject({
  proxyUrl: proxyUrlSchema.nullable(),
  username: z.string().trim().min(1).max(255).nullable().default(null),
  /** Write-only; absent: the one that was given for the same proxy and user name. */
  password: z.string().min(1).max(1024).optional(),
  exceptions: z
    .array(z.string().trim().regex(EXCEPTION, "Enter a host name, an address or a network."))
    .max(OUTBOUND_LIMITS.exceptions)
    .default([]),
  certificates: certificatesSchema.nullable().default(null),
});
export type OutboundSettings = z.infer<typeof outboundSettingsSchema>;

export const outboundStoredSchema = z.strictObject({
  proxyUrl: z.string().nullable(),
  username: z.string().nullable(),
  hasPassword: z.boolean(),
  exceptions: z.array(z.string()),
  certificates: z.string().nullable(),
});
export type OutboundStored = z.infer<typeof outboundStoredSchema>;

/** `source`: saved by an administrator, or from the api's environment. */
export const outboundViewSchema = outboundStoredSchema.extend({ source: z.enum(["settings", "environment"]) });
export type OutboundView = z.infer<typeof outboundViewSchema>;

/** `POST /api/system-config/outbound/test`: one call to an address, with the settings in use. */
export const outboundTestSchema = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2048) });
export const outboundTestResultSchema = z.strictObject({
  ok: z.boolean(),
  /** False: directly, because there is no proxy or the address is an exception. */
  viaProxy: z.boolean(),
  status: z.number().int().nullable(),
  reason: z.enum(PROVIDER_TEST_REASONS).nullable(),
  message: z.string(),
});
export type OutboundTestResult = z.infer<typeof outboundTestResultSchema>;
