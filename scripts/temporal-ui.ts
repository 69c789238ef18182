// Finds or downloads the archive of the Temporal Web UI; prints its path, or nothing when it cannot be had.
import { temporalUiArchive } from "../cli/up/temporal-ui.ts";
import { printResult } from "./image-context.ts";

await printResult(async (context, say) => (await temporalUiArchive(context, say)) ?? "");
