// The first process of an agent container: fetches the configuration (C6), writes it, runs the OpenClaw gateway.
// Plain JavaScript without packages: it is copied into the image as it stands.
import { spawn } from "node:child_process";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Exit codes after sysexits.h: nobody answered in time; what was answered cannot be used. */
const EXIT_UNREACHABLE = 69;
const EXIT_CONFIG = 78;
const REQUEST_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
const GATEWAY_PORT = 18_789;
/** Docker sends the first two at a stop; OpenClaw restarts in place at the third. */
const PASSED_ON_SIGNALS = ["SIGTERM", "SIGINT", "SIGUSR2"];

class StartError extends Error {
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Everything the process reads from its environment. Only the first three are set by the engine. */
function readSettings(env) {
  const missing = ["MOSAIC_API_URL", "AGENT_TOKEN", "AGENT_ID"].filter((name) => !env[name]);
  if (missing.length > 0) throw new StartError(EXIT_CONFIG, `missing in the environment: ${missing.join(", ")}`);
  return {
    baseUrl: `${env.MOSAIC_API_URL.replace(/\/+$/, "")}/api/internal/agent-config/${encodeURIComponent(env.AGENT_ID)}`,
    token: env.AGENT_TOKEN,
    configDir: env.MOSAIC_CONFIG_DIR ?? "/run/mosaic",
    stateDir: env.OPENCLAW_STATE_DIR ?? "/home/node/.openclaw",
    deadlineMs: Number(env.MOSAIC_FETCH_DEADLINE_MS ?? 60_000),
  };
}

/** GET as JSON object, again and again until the deadline while the api cannot answer; a refusal is final. */
async function fetchJson(url, token, deadline) {
  for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
    const problem = await tryFetch(url, token);
    if (problem.value !== undefined) return problem.value;
    if (Date.now() + waitMs > deadline)
      throw new StartError(EXIT_UNREACHABLE, `the configuration cannot be fetched: ${problem.why}`);
    log(`${problem.why}; trying again`);
    await delay(waitMs);
  }
}

async function tryFetch(url, token) {
  let response;
  try {
    response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  } catch (error) {
    return { why: `no answer from ${new URL(url).origin} (${error.cause?.code ?? error.name})` };
  }
  if (response.status >= 500 || response.status === 429) return { why: `the api answered ${response.status}` };
  if (!response.ok) throw new StartError(EXIT_CONFIG, `the configuration was refused: ${await refusal(response)}`);
  return { value: await parseObject(response) };
}

/** Status and error code. The message of the answer is left out: it is not ours to print. */
async function refusal(response) {
  const body = await response.json().catch(() => null);
  const code = body?.error?.code;
  return typeof code === "string" && /^[A-Z_]{1,64}$/.test(code) ? `${response.status} ${code}` : String(response.status);
}

async function parseObject(response) {
  const value = await response.json().catch(() => null);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new StartError(EXIT_CONFIG, "the api did not answer with a JSON object");
  }
  return value;
}

/** The other reader never sees half a file. */
async function writeAtomically(path, content, mode) {
  const temporary = `${path}.new`;
  await writeFile(temporary, content, { mode });
  await rename(temporary, path);
}

/** `managed` files are ours at every start; a `seed` is written once, because the agent goes on writing it. */
async function writePersona(workspace, files) {
  await mkdir(workspace, { recursive: true });
  for (const [name, file] of Object.entries(files)) {
    if (!/^[A-Z]+\.md$/.test(name) || typeof file?.content !== "string") {
      throw new StartError(EXIT_CONFIG, "the api named a persona file that is not allowed");
    }
    const path = join(workspace, name);
    if (file.mode === "seed" && (await exists(path))) continue;
    await writeAtomically(path, file.content, 0o600);
  }
}

async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function gatewayEnvironment(env, variables, { stateDir, configPath }) {
  // The gateway and what it runs have no use for the container's own token.
  const { AGENT_TOKEN: _token, ...inherited } = env;
  return {
    ...inherited,
    ...variables,
    OPENCLAW_CONFIG_PATH: configPath,
    OPENCLAW_CONFIG_READONLY: "1",
    OPENCLAW_STATE_DIR: stateDir,
    OPENCLAW_DISABLE_BONJOUR: "1",
    OPENCLAW_NO_AUTO_UPDATE: "1",
  };
}

/** Runs the gateway until it ends; resolves with the exit code for this process. */
function runGateway(env) {
  const args = ["gateway", "run", "--bind", "lan", "--port", String(GATEWAY_PORT), "--auth", "token"];
  const gateway = spawn("openclaw", args, { env, stdio: "inherit" });
  for (const signal of PASSED_ON_SIGNALS) process.on(signal, () => gateway.kill(signal));
  return new Promise((resolve, reject) => {
    gateway.on("error", (error) => reject(new StartError(EXIT_CONFIG, `openclaw cannot be started: ${error.message}`)));
    gateway.on("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

async function main(env) {
  const settings = readSettings(env);
  // Until the gateway runs, a stop has nothing to wait for.
  const stopEarly = () => process.exit(0);
  process.on("SIGTERM", stopEarly);
  process.on("SIGINT", stopEarly);
  const deadline = Date.now() + settings.deadlineMs;
  const config = await fetchJson(settings.baseUrl, settings.token, deadline);
  const { files = {}, variables = {} } = await fetchJson(`${settings.baseUrl}/files`, settings.token, deadline);
  const configPath = join(settings.configDir, "openclaw.json");
  await writeAtomically(configPath, JSON.stringify(config), 0o600);
  await writePersona(config.agents?.defaults?.workspace ?? join(settings.stateDir, "workspace"), files);
  process.off("SIGTERM", stopEarly);
  process.off("SIGINT", stopEarly);
  return runGateway(gatewayEnvironment(env, variables, { stateDir: settings.stateDir, configPath }));
}

function log(message) {
  console.error(`agent: ${message}`);
}

try {
  process.exitCode = await main(process.env);
} catch (error) {
  log(error instanceof StartError ? error.message : `unexpected: ${error.message}`);
  process.exitCode = error.exitCode ?? EXIT_CONFIG;
}
