// The recorded files of releases for the replay tests, and the check that nobody changed them: each release's folder lists the
// digests of its files, and the list may only grow.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** One line for each file, as `sha256sum` prints and checks them. */
const LIST = "SHA256SUMS";
const LINE = /^([0-9a-f]{64}) {2}([\w.-]+)$/;
const LOG_MAX_BYTES = 64 << 20;

const run = promisify(execFile);

/** Adds a file to a release's folder and its digest to the list. @throws Error if the release already has the file */
export async function addRecorded(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  await writeFile(join(folder, name), content, { flag: "wx" });
  const lines = [...(await readList(folder)), `${sha256(content)}  ${name}`];
  await writeFile(join(folder, LIST), `${lines.toSorted((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join("\n")}\n`);
}

/**
 * What was changed in the recorded files under `folder`, one sentence each. Compares the files with the lists, and the lists
 * with their history in git: as much of it as a clone has, and nothing if there is no repository.
 */
export async function changesOfRecorded(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const releases = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const stray = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => `${name} belongs to no release.`);
  const changes = await Promise.all(releases.map((release) => changesOfRelease(folder, release)));
  return [...stray, ...changes.flat(), ...(await linesLost(folder, releases))];
}

async function changesOfRelease(folder: string, release: string): Promise<string[]> {
  const here = join(folder, release);
  const lines = await readList(here);
  const digests = new Map(lines.map((line) => [LINE.exec(line)?.[2] ?? line, LINE.exec(line)?.[1]]));
  const files = (await readdir(here)).filter((name) => name !== LIST);
  const unlisted = files.filter((name) => !digests.has(name)).map((name) => `${release}/${name} is not in ${LIST}.`);
  const twice = digests.size === lines.length ? [] : [`${release}/${LIST} names a file twice.`];
  const differing = [...digests].map(async ([name, digest]) => {
    if (!files.includes(name)) return `${release}/${name} is gone.`;
    return digest === sha256(await readFile(join(here, name))) ? null : `${release}/${name} was changed.`;
  });
  return [...unlisted, ...twice, ...(await Promise.all(differing)).filter((change) => change !== null)];
}

/** Someone who changes a file can change its line too, but git has the history: the first line of each file counts. */
async function linesLost(folder: string, releases: readonly string[]): Promise<string[]> {
  const lists = releases.map(async (release) => {
    const lines = await readList(join(folder, release));
    return lines.map((line) => `${release}/${line}`);
  });
  const present = new Set((await Promise.all(lists)).flat());
  const lost = (await firstLines(folder)).filter((line) => !present.has(line));
  return lost.map((line) => `The line "${line}" was taken out of a ${LIST}.`);
}

/** `<release>/<line>` as each recorded file was first committed. Empty if there is no repository. */
async function firstLines(folder: string): Promise<string[]> {
  const isRepository = await run("git", ["rev-parse", "--verify", "HEAD"], { cwd: folder }).then(
    () => true,
    () => false,
  );
  if (!isRepository) return [];
  const paths = ["--", `:(glob)**/${LIST}`];
  const options = ["--reverse", "--patch", "--unified=0", "--no-renames", "--no-color", "--format="];
  const { stdout } = await run("git", ["log", ...options, ...paths], { cwd: folder, maxBuffer: LOG_MAX_BYTES });
  const first = new Map<string, string>();
  let release = "";
  for (const line of stdout.split("\n")) {
    if (line.startsWith("+++ ")) release = line.split("/").at(-2) ?? "";
    const name = LINE.exec(line.slice(1))?.[2];
    if (!line.startsWith("+") || name === undefined) continue;
    const key = `${release}/${name}`;
    if (!first.has(key)) first.set(key, `${release}/${line.slice(1)}`);
  }
  return [...first.values()];
}

async function readList(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, LIST), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").filter((line) => line !== "");
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
