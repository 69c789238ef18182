// Our scripts in separate processes: progress, result, and how a failure is reported.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { waitFor } from "../../tests/support/core/wait-for.ts";
import { runScript } from "./run-script.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const TIMEOUT_MS = 120_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosaic-script-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function script(text: string): Promise<string> {
  const path = join(folder, "script.mjs");
  await writeFile(path, text);
  return relative(REPOSITORY, path);
}

const options = { env: { PATH: "/usr/bin:/bin" }, signal: new AbortController().signal, timeoutMs: TIMEOUT_MS };

test("tells each line of progress, and resolves with what was printed", async () => {
  const said: string[] = [];
  const file = await script(`console.error("pulling"); console.error("building"); console.log("image:1");`);
  expect(await runScript(file, { ...options, say: (line) => said.push(line) })).toBe("image:1");
  expect(said).toEqual(["pulling", "building"]);
});

test("status 78 is a refusal in one line", async () => {
  const file = await script(`console.error("looking"); console.error("Only root can make one."); process.exitCode = 78;`);
  await expect(runScript(file, options)).rejects.toMatchObject({ code: "CONFIG_INVALID", message: "Only root can make one." });
});

test("a start that is given up waits until the script has tidied up", async () => {
  const mark = join(folder, "tidied");
  const file = await script(`
    import { writeFileSync } from "node:fs";
    const timer = setInterval(() => undefined, 1000);
    process.once("SIGTERM", () => setTimeout(() => { writeFileSync(${JSON.stringify(mark)}, "yes"); clearInterval(timer); }, 50));
    console.error("ready");`);
  const controller = new AbortController();
  const said: string[] = [];
  const running = runScript(file, { ...options, signal: controller.signal, say: (line) => said.push(line) });
  const ended = running.then(
    () => "done",
    (error: Error) => error.message,
  );
  await waitFor(() => said.includes("ready"), { timeoutMs: TIMEOUT_MS, what: "the script runs" });
  controller.abort();
  expect(await ended).toMatch(/was stopped/);
  expect(await readFile(mark, "utf8")).toBe("yes");
});

test("one that takes too long is ended, and the error says so", async () => {
  const file = await script(`setInterval(() => undefined, 1000);`);
  await expect(runScript(file, { ...options, timeoutMs: 1_500 })).rejects.toThrow(/took longer than 1.5 s/);
});
