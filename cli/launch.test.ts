// `npm start` and `npm test` before `npm ci`, under old and new Node.js: one line that says what to do.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const REPOSITORY = join(import.meta.dirname, "..");
/** As far as the launcher can tell, this Node.js is an old one, which reads no TypeScript. */
const OLD = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.1.0"}})`;
const PROGRAM = `const words: string[] = process.argv.slice(2); console.log(words.join("+"), process.versions.node);`;
const ENTRIES = [
  { entry: ["cli/bin.mjs", "up"], what: "npm start" },
  { entry: ["scripts/run.mjs", "scripts/test.ts", "--only", "unit"], what: "npm test" },
  { entry: ["scripts/run.mjs"], what: "npm run check" },
] as const;

let checkout: string;

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), "mosaic-checkout-"));
  await Promise.all(["cli", "scripts"].map((folder) => mkdir(join(checkout, folder))));
  for (const file of ["cli/launch.mjs", "cli/bin.mjs", "scripts/run.mjs"]) {
    await cp(join(REPOSITORY, file), join(checkout, file));
  }
  for (const file of ["cli/mosaic.ts", "scripts/test.ts"]) await writeFile(join(checkout, file), PROGRAM);
  const manifest = { type: "module", dependencies: { zod: "4.6.7" }, devDependencies: { jest: "30.5.2" } };
  await writeFile(join(checkout, "package.json"), JSON.stringify(manifest));
});

afterEach(async () => {
  await rm(checkout, { recursive: true, force: true });
});

async function install(packages: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, version] of Object.entries(packages)) {
    await mkdir(join(checkout, "node_modules", name), { recursive: true });
    await writeFile(join(checkout, "node_modules", name, "package.json"), JSON.stringify({ name, version }));
  }
  await writeFile(join(checkout, "node_modules/.package-lock.json"), "{}");
}

/** The Node.js that the npm package `node` would bring. */
async function installNode(): Promise<void> {
  await mkdir(join(checkout, "node_modules/node/bin"), { recursive: true });
  await symlink(process.execPath, join(checkout, "node_modules/node/bin/node"));
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(words: readonly string[], isOld = false): Promise<Ended> {
  const args = [...(isOld ? ["--import", OLD] : []), ...words];
  return new Promise((resolve) => {
    const options = { cwd: checkout, env: { PATH: process.env["PATH"] } };
    const child = execFile(process.execPath, args, options, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

describe.each(ENTRIES)("$what", ({ entry }) => {
  test.each([true, false])("says in one line to run `npm ci`, before it was run (old Node.js: %s)", async (isOld) => {
    const { code, out, err } = await run(entry, isOld);
    expect(out + err).toBe("Run `npm ci` first: the packages are not installed.\n");
    expect(code).toBe(78);
  });
});

test("an installation that broke off counts as none, whatever it left", async () => {
  await install({ zod: "4.6.7", jest: "30.5.2" });
  await rm(join(checkout, "node_modules/.package-lock.json"));
  expect((await run(ENTRIES[0].entry)).err).toBe("Run `npm ci` first: the packages are not installed.\n");
});

test("names a package that is missing, or of another version than this checkout's", async () => {
  await install({ zod: "4.6.7" });
  expect((await run(ENTRIES[1].entry)).err).toBe("Run `npm ci` first: the package jest is not installed.\n");
  await install({ zod: "4.0.0" });
  expect(await run(ENTRIES[0].entry)).toMatchObject({
    code: 78,
    err: "Run `npm ci` first: zod 4.0.0 is installed, and 4.6.7 is needed.\n",
  });
});

test("an old Node.js without the one that `npm ci` brings is told so in one line", async () => {
  await install({ zod: "4.6.7", jest: "30.5.2" });
  expect((await run(ENTRIES[0].entry, true)).err).toMatch(/^Run `npm ci` first: this is Node\.js v\S+\.\n$/);
});

test.each([true, false])("runs the program with its arguments (old Node.js: %s)", async (isOld) => {
  await install({ zod: "4.6.7", jest: "30.5.2" });
  await installNode();
  expect(await run(ENTRIES[0].entry, isOld)).toEqual({ code: 0, out: `up ${process.versions.node}\n`, err: "" });
  expect((await run(ENTRIES[1].entry, isOld)).out).toBe(`--only+unit ${process.versions.node}\n`);
});

test("every script of package.json that runs TypeScript goes through it", async () => {
  const { scripts } = JSON.parse(await readFile(join(REPOSITORY, "package.json"), "utf8"));
  const past = Object.values<string>(scripts).filter((script) => /\bnode (?!scripts\/run\.mjs|cli\/bin\.mjs)/.test(script));
  expect(past).toEqual([]);
});
