// Recorded files may only be added: in a repository, in a shallow clone, and in a folder without git.
import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { addRecorded, changesOfRecorded } from "./recorded-files.ts";

const IDENTITY = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
let top: string;
let root: string;

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), "mosaic-recorded-"));
  root = join(top, "histories");
  await mkdir(join(root, "1.0.0"), { recursive: true });
  await addRecorded(join(root, "1.0.0"), "b.json", "{}\n");
  await addRecorded(join(root, "1.0.0"), "a.json", "[]\n");
});
afterEach(async () => await rm(top, { recursive: true, force: true }));

function git(...args: string[]): void {
  execFileSync("git", [...IDENTITY, ...args], { cwd: top, stdio: "pipe" });
}
function commit(): void {
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "x");
}
const list = () => join(root, "1.0.0/SHA256SUMS");
/** Changes a file and its digest in the list. */
async function forge(): Promise<void> {
  await rm(join(root, "1.0.0/a.json"));
  await writeFile(list(), (await readFile(list(), "utf8")).replace(/^.*a\.json\n/m, ""));
  await addRecorded(join(root, "1.0.0"), "a.json", "[1]\n");
}

test("sha256sum can read the list", () => {
  expect(execFileSync("sha256sum", ["--check", "SHA256SUMS"], { cwd: join(root, "1.0.0"), encoding: "utf8" })).toBe(
    "a.json: OK\nb.json: OK\n",
  );
});

test("unchanged files pass, with git and without", async () => {
  expect(await changesOfRecorded(root)).toEqual([]);
  commit();
  expect(await changesOfRecorded(root)).toEqual([]);
});

test("a file may be added, to a release or with a new one", async () => {
  commit();
  await addRecorded(join(root, "1.0.0"), "c.json", "1");
  await mkdir(join(root, "1.1.0"));
  await addRecorded(join(root, "1.1.0"), "a.json", "2");
  expect(await changesOfRecorded(root)).toEqual([]);
});

test("recording replaces nothing", async () => {
  await expect(addRecorded(join(root, "1.0.0"), "a.json", "2")).rejects.toThrow("EEXIST");
});

test("a changed, a missing, an unlisted and a stray file are refused", async () => {
  await appendFile(join(root, "1.0.0/a.json"), " ");
  await rm(join(root, "1.0.0/b.json"));
  await writeFile(join(root, "1.0.0/c.json"), "1");
  await writeFile(join(root, "d.json"), "1");
  expect((await changesOfRecorded(root)).toSorted()).toEqual([
    "1.0.0/a.json was changed.",
    "1.0.0/b.json is gone.",
    "1.0.0/c.json is not in SHA256SUMS.",
    "d.json belongs to no release.",
  ]);
});

test.each([
  ["before it is committed", false],
  ["when it is committed", true],
])("a file that is changed together with its digest is refused, %s", async (_when, isCommitted) => {
  commit();
  await forge();
  if (isCommitted) commit();
  expect(await changesOfRecorded(root)).toEqual([expect.stringMatching(/^The line "1\.0\.0\/.* {2}a\.json" was taken out/)]);
});

test("a release that is missing completely is refused", async () => {
  commit();
  await rm(join(root, "1.0.0"), { recursive: true });
  expect(await changesOfRecorded(root)).toHaveLength(2);
});

test("a reverted change passes", async () => {
  commit();
  await cp(root, join(top, "before"), { recursive: true });
  await forge();
  commit();
  await cp(join(top, "before"), root, { recursive: true });
  commit();
  expect(await changesOfRecorded(root)).toEqual([]);
});

test("a shallow clone compares with the commit it has", async () => {
  commit();
  const clone = await mkdtemp(join(tmpdir(), "mosaic-shallow-"));
  try {
    execFileSync("git", ["clone", "--quiet", "--depth=1", pathToFileURL(top).href, clone], { stdio: "pipe" });
    root = join(clone, "histories");
    expect(await changesOfRecorded(root)).toEqual([]);
    await forge();
    expect(await changesOfRecorded(root)).toHaveLength(1);
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
});
