#!/usr/bin/env node
// Starts `mosaic`.
import { launch } from "./launch.mjs";

await launch("cli/mosaic.ts", process.argv.slice(2), ["dependencies"]);
