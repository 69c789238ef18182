// The pinned OpenClaw that the agent image holds, used on the host as a validator of configurations.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";

const AGENT_FOLDER = join(import.meta.dirname, "../../../docker/agent");
export const OPENCLAW = join(AGENT_FOLDER, "node_modules/openclaw/openclaw.mjs");
const INSTALL_TIMEOUT_MS = 600_000;
const VALIDATE_TIMEOUT_MS = 240_000;

const verdictSchema = z.object({
  valid: z.boolean(),
  warnings: z.array(z.unknown()).default([]),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** Installs what the agent image is built from, as its Dockerfile says, where a build has not done so already. */
export async function installOpenClaw(): Promise<void> {
  if (existsSync(OPENCLAW)) return;
  await npm(["ci", "--ignore-scripts", "--omit=dev", "--omit=optional", "--no-audit", "--no-fund"]);
  await npm(["rebuild", "node", "openclaw"]);
}

async function npm(words: readonly string[]): Promise<void> {
  // OpenClaw's install script wants the Node.js that it will run on.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`, NODE_OPTIONS: "" };
  const { code, stderr } = await run("npm", words, { cwd: AGENT_FOLDER, env, timeout: INSTALL_TIMEOUT_MS });
  if (code !== 0) throw new Error(`npm ${words.join(" ")} failed in docker/agent: ${stderr}`);
}

/** What `openclaw config validate` says, with a state directory of its own. */
export async function validateConfig(config: unknown): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-validate-"));
  try {
    const path = join(folder, "openclaw.json");
    await writeFile(path, JSON.stringify(config), { mode: 0o600 });
    const env = { PATH: process.env["PATH"], HOME: folder, OPENCLAW_STATE_DIR: folder, OPENCLAW_CONFIG_PATH: path };
    const options = { env, timeout: VALIDATE_TIMEOUT_MS };
    const { stdout } = await run(process.execPath, [OPENCLAW, "config", "validate", "--json"], options);
    return verdictSchema.parse(JSON.parse(stdout));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(
  file: string,
  words: readonly string[],
  options: object,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(file, words, { encoding: "utf8", ...options }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, stdout, stderr });
    });
  });
}
