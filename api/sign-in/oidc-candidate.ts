// New settings of the identity provider: checked at once as far as one can without a person, then kept for a test sign-in.
import type { OidcSettings, OidcStored } from "../../contracts/sign-in/oidc.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { Database } from "../../db/core/database.ts";
import { openOidcCredentials, writeOidcCandidate } from "../../db/sign-in/oidc-settings.ts";
import type { AuditedWrites } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

/** @throws FleetError VALIDATION_FAILED, PROVIDER_TEST_FAILED; nothing is stored then */
export async function storeOidcCandidate(
  deps: Pick<ApiDeps, "db" | "oidc">,
  writeGlobally: AuditedWrites["writeGlobally"],
  change: { readonly settings: OidcSettings; readonly updatedBy: string },
): Promise<OidcStored> {
  const { clientSecret: given, ...settings } = change.settings;
  const clientSecret = given === undefined ? await keptSecret(deps.db, settings.issuerUrl) : new Secret(given);
  await deps.oidc.check(settings.issuerUrl);
  const { issuerUrl, clientId, joinRule, emailRule, assumesEmailVerified, adminGroups } = settings;
  return await writeGlobally(
    (tx) => writeOidcCandidate(tx, { ...settings, clientSecret }, change.updatedBy),
    ({ revision }) => ({
      targetId: "oidc",
      detail: { revision, issuerUrl, clientId, joinRule, emailRule, assumesEmailVerified, adminGroups },
    }),
  );
}

/** A secret goes to the issuer that it was given for, and to no other. @throws FleetError VALIDATION_FAILED */
async function keptSecret(db: Database, issuerUrl: string): Promise<Secret> {
  for (const which of ["candidate", "active"] as const) {
    const credentials = await db.globally((tx) => openOidcCredentials(tx, which));
    if (credentials?.issuerUrl === issuerUrl) return credentials.clientSecret;
  }
  const message = "Enter the client secret for this issuer.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "clientSecret", message }] });
}
