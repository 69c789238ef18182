// Brings the database of DATABASE_URL (with its owner's credentials) up to date: the step before a deployment's services start.
import { withFileSettings } from "../adapters/process/file-settings.ts";
import { parseRootKey } from "../adapters/crypto/root-key.ts";
import { FleetError } from "../contracts/core/errors.ts";
import { migrate } from "../db/core/migrate.ts";

const EXIT_CONFIG = 78;
const EXIT_FAILED = 1;

try {
  const { environment, problems } = withFileSettings(process.env);
  if (problems.length > 0) throw new FleetError("CONFIG_INVALID", problems.join(" "));
  const { DATABASE_URL: ownerUrl, MOSAIC_SECRET_KEY: keyText } = environment;
  if (!ownerUrl || !keyText) throw new FleetError("CONFIG_INVALID", "DATABASE_URL and MOSAIC_SECRET_KEY are needed.");
  const { applied } = await migrate({ ownerUrl, rootKey: parseRootKey(keyText) });
  console.log(applied.length === 0 ? "The database is up to date." : `Applied: ${applied.join(", ")}.`);
} catch (error) {
  if (!(error instanceof FleetError)) throw error;
  console.error(error.message);
  process.exitCode = error.code === "CONFIG_INVALID" ? EXIT_CONFIG : EXIT_FAILED;
}
