// Finds or makes what the fuzzing runs with: schemathesis in a virtual environment of Python, kept outside the repository.
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Say } from "../cli/up/reporter.ts";
import { findProgram, runCommand } from "../cli/up/run-command.ts";
import { readUpSettings } from "../cli/up/settings.ts";
import { installPackages } from "../cli/up/system-packages.ts";

const REQUIREMENTS = join(import.meta.dirname, "../tests/fuzz/requirements.txt");
const VENV_TIMEOUT_MS = 300_000;
const PIP_TIMEOUT_MS = 900_000;
const PYTHON_PACKAGES = ["python3", "python3-venv"] as const;

/**
 * The virtual environment's `python`; `-m schemathesis.cli` is the tool. Fetched once per list of requirements.
 * @throws FleetError CONFIG_INVALID that names the missing packages, CommandError when PyPI cannot be reached
 */
export async function fuzzTool(signal: AbortSignal, say: Say = () => undefined): Promise<string> {
  const { cacheDir, environment } = readUpSettings(process.env);
  const requirements = await readFile(REQUIREMENTS);
  const home = join(cacheDir, `schemathesis-${createHash("sha256").update(requirements).digest("hex").slice(0, 12)}`);
  const python = join(home, "bin/python");
  if (await exists(python)) return python;
  await mkdir(cacheDir, { recursive: true });
  const staging = await mkdtemp(join(cacheDir, "schemathesis-"));
  const run = (program: string, args: readonly string[], timeoutMs: number) => runCommand(program, args, { signal, timeoutMs });
  try {
    const makeVenv = async () => run(await systemPython(environment["PATH"]), ["-m", "venv", staging], VENV_TIMEOUT_MS);
    await makeVenv().catch(async () => {
      await installPackages(PYTHON_PACKAGES, { mayInstall: true, environment, signal }, say);
      await makeVenv();
    });
    say("installing schemathesis (pip)");
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS];
    await run(join(staging, "bin/python"), pip, PIP_TIMEOUT_MS);
    // Two at once: the second one's rename fails, and the first one's is as good.
    await rename(staging, home).catch(async (error: unknown) => {
      if (!(await exists(python))) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return python;
}

async function systemPython(path: string | undefined): Promise<string> {
  const found = await findProgram("python3", path);
  if (found === null) throw new Error("There is no python3.");
  return found;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
