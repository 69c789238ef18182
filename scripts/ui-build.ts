// Builds the web interface into ui/dist, from which the api serves it.
import { FleetError } from "../contracts/core/errors.ts";
import { buildWebUi } from "../cli/up/web-ui.ts";

const EXIT_CONFIGURATION = 78;

try {
  await buildWebUi();
  console.log("ui/dist");
} catch (error) {
  if (!(error instanceof FleetError)) throw error;
  console.error(error.message);
  process.exitCode = EXIT_CONFIGURATION;
}
