// Runs one exported function of the published client: node launch.mjs <chunk> <function> <options as JSON>
import { pathToFileURL } from "node:url";

const [, , chunk, name, options] = process.argv;
const client = await import(pathToFileURL(chunk).href);
await client[name](JSON.parse(options));
