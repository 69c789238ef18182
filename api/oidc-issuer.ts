// Reads the discovery document of an identity provider before its settings are stored (O2).
import { z } from "zod";
import type { SafeFetch } from "../adapters/safe-fetch.ts";
import { FleetError } from "../contracts/errors.ts";

/** OpenID Connect Discovery 1.0, section 3; only what the sign-in will need. */
const discoverySchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  jwks_uri: z.url({ protocol: /^https?$/ }),
});
const WELL_KNOWN = "/.well-known/openid-configuration";

/** @throws FleetError PROVIDER_TEST_FAILED when it cannot be fetched, VALIDATION_FAILED when it is not the issuer's. */
export async function checkOidcIssuer(safeFetch: SafeFetch, issuerUrl: string): Promise<void> {
  const answer = await safeFetch(`${issuerUrl.replace(/\/+$/, "")}${WELL_KNOWN}`);
  if (answer.status !== 200) throw refused(`There is no discovery document: the server answered ${answer.status}.`);
  const document = discoverySchema.safeParse(parseJson(answer.text));
  if (!document.success) throw refused("The discovery document is not complete. Check the address.");
  // Section 4.3: the two must be equal, or another issuer's tokens could be passed off as this one's.
  if (document.data.issuer !== issuerUrl)
    throw refused("The discovery document names another issuer. Enter the address exactly as it names it.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function refused(message: string): FleetError {
  return new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "issuerUrl", message }] });
}
