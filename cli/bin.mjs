#!/usr/bin/env node
// Starts `mosaic` under a Node.js that runs TypeScript as it stands. Plain JavaScript, because an older Node.js reads it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 24;
const EXIT_CONFIGURATION = 78;

if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) {
  await import("./mosaic.ts");
} else {
  runUnderOwnNode();
}

/** The npm package `node`, a dependency of this one, brings a Node.js of the right age. */
function runUnderOwnNode() {
  const node = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  if (!existsSync(node)) {
    process.stderr.write(`mosaic needs Node.js ${NEEDED_MAJOR} or newer; this is ${process.version}.\n`);
    process.stderr.write("Install it, or run `npm ci` in the repository, which brings one.\n");
    process.exitCode = EXIT_CONFIGURATION;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  passOn(child);
  child.on("error", (error) => {
    process.stderr.write(`${node} cannot be started: ${error.message}\n`);
    process.exitCode = EXIT_CONFIGURATION;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

/** At a terminal Ctrl-C reaches the child by itself; passed on as well, it would count as a second, impatient one. */
function passOn(child) {
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
}
