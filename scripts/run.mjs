// `node scripts/run.mjs scripts/test.ts …` runs a development command; without a file it only looks whether one could run.
import { launch } from "../cli/launch.mjs";

const [file = null, ...args] = process.argv.slice(2);
await launch(file, args, ["dependencies", "devDependencies"]);
