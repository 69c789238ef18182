// Puts an identity provider into effect without the administrator's test sign-in, which has tests of its own.
import { oidcSettingsSchema, type OidcSettings } from "../../../contracts/sign-in/oidc.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { activateOidcCandidate, writeOidcCandidate, writeOidcTest } from "../../../db/sign-in/oidc-settings.ts";
import type { TestDatabase } from "../core/database.ts";
import type { TestOidcProvider } from "./oidc-provider.ts";

const TEST = {
  ...{
    testedAt: "2026-01-01T00:00:00.000Z",
    subject: "tester",
    email: null,
    emailVerified: false,
    name: null,
    groups: [],
    groupsGiven: "given" as const,
  },
  ...{ systemRole: "member" as const, mayJoin: true },
};

export async function putIntoEffect(
  database: TestDatabase,
  provider: Pick<TestOidcProvider, "issuer" | "clientId" | "clientSecret">,
  changes: Partial<OidcSettings> = {},
): Promise<void> {
  const { issuer: issuerUrl, clientId, clientSecret } = provider;
  const { clientSecret: secret = "", ...settings } = oidcSettingsSchema.parse({
    issuerUrl,
    clientId,
    clientSecret,
    ...changes,
  });
  const db = await database.openAs("api");
  try {
    await db.globally(async (tx) => {
      const { revision } = await writeOidcCandidate(tx, { ...settings, clientSecret: new Secret(secret) }, "test");
      await writeOidcTest(tx, { revision, test: TEST, updatedBy: "test" });
      await activateOidcCandidate(tx, "test");
    });
  } finally {
    await db.close();
  }
}
