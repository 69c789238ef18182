// Finds, downloads or builds the Temporal CLI, whose development server `mosaic up` runs; prints its path.
import { temporalBinary } from "../cli/up/temporal-binary.ts";
import { printResult } from "./image-context.ts";

await printResult(temporalBinary);
