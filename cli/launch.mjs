// Runs TypeScript of this repository, which needs its packages and a Node.js that reads TypeScript. Plain JavaScript without
// packages, because it has to say so where either is missing.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";

const NEEDED_MAJOR = 24;
const EXIT_CONFIGURATION = 78;
const REPOSITORY = new URL("..", import.meta.url);
/** npm writes it last of all: an installation that broke off has none. */
const MARK = "node_modules/.package-lock.json";

/**
 * Runs a file, given from the repository's root, in this process or under the Node.js that `npm ci` brings.
 * `kinds`: of package.json, the lists of packages that it needs.
 */
export async function launch(file, args, kinds) {
  const problem = missing(kinds) ?? (isOldNode() && !existsSync(ownNode()) ? `this is Node.js ${process.version}` : null);
  if (problem !== null) {
    process.stderr.write(`Run \`npm ci\` first: ${problem}.\n`);
    process.exitCode = EXIT_CONFIGURATION;
    return;
  }
  if (file === null) return;
  const path = fileURLToPath(new URL(file, REPOSITORY));
  if (isOldNode()) {
    runUnderOwnNode(path, args);
    return;
  }
  process.argv = [process.argv[0], path, ...args];
  await import(pathToFileURL(path).href);
}

/** The first package that is missing or of another version, in words; null when all are there. */
function missing(kinds) {
  if (!existsSync(new URL(MARK, REPOSITORY))) return "the packages are not installed";
  const manifest = read("package.json");
  for (const [name, version] of kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}))) {
    const installed = read(`node_modules/${name}/package.json`)?.version;
    if (installed === undefined) return `the package ${name} is not installed`;
    if (installed !== version) return `${name} ${installed} is installed, and ${version} is needed`;
  }
  return null;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(new URL(file, REPOSITORY), "utf8"));
  } catch {
    return undefined; // as good as missing
  }
}

function isOldNode() {
  return Number(process.versions.node.split(".")[0]) < NEEDED_MAJOR;
}

/** The npm package `node` brings a Node.js of the right age. */
function ownNode() {
  return fileURLToPath(new URL("node_modules/node/bin/node", REPOSITORY));
}

function runUnderOwnNode(path, args) {
  const child = spawn(ownNode(), [path, ...args], { stdio: "inherit" });
  passOn(child);
  child.on("error", (error) => {
    process.stderr.write(`${ownNode()} cannot be started: ${error.message}\n`);
    process.exitCode = EXIT_CONFIGURATION;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

/** At a terminal Ctrl-C reaches the child directly; if it were also passed on, it would count as a second, impatient one. */
function passOn(child) {
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
}
