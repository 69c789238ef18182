// Pulls the base of our images, or makes one where no image registry is reached; prints its name.
import { baseImage } from "../cli/up/base-image.ts";
import { printResult } from "./image-context.ts";

await printResult(baseImage);
