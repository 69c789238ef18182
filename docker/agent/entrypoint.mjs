// The first process of an agent container: fetches the configuration, writes it, and becomes the OpenClaw gateway.
// Plain JavaScript without packages: it is copied into the image as it stands.
import { access, constants, mkdir, rename, stat, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Exit codes after sysexits.h: nobody answered in time; what was answered cannot be used. */
const EXIT_UNREACHABLE = 69;
const EXIT_CONFIG = 78;
const REQUEST_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
const GATEWAY_PORT = 18_789;
/** Persona files of 20,000 characters each and a list of models are far smaller. */
const ANSWER_MAX_BYTES = 16 * 1024 * 1024;
const REFUSAL_MAX_BYTES = 64 * 1024;

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
  const body = await readJson(response, REFUSAL_MAX_BYTES);
  const code = body?.error?.code;
  return typeof code === "string" && /^[A-Z_]{1,64}$/.test(code) ? `${response.status} ${code}` : String(response.status);
}

async function parseObject(response) {
  const value = await readJson(response, ANSWER_MAX_BYTES);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new StartError(EXIT_CONFIG, "the api did not answer with a JSON object");
  }
  return value;
}

/** Null for what is no JSON, too large, or breaks off. */
async function readJson(response, maxBytes) {
  const pieces = [];
  let size = 0;
  try {
    for await (const piece of response.body ?? []) {
      size += piece.length;
      if (size > maxBytes) return null;
      pieces.push(piece);
    }
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    return null;
  }
}

/** The other reader never sees half a file. */
async function writeAtomically(path, content, mode) {
  const temporary = `${path}.new`;
  await writeFile(temporary, content, { mode });
  await rename(temporary, path);
}

/** `managed` files are ours at every start; a `seed` is written once, because the agent continues to edit it. */
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

/**
 * Switches of OpenClaw's sessions that have no place in openclaw.json. A provider that is busy is not asked again in here,
 * where nobody hears of it for minutes: the api does that, and tells.
 */
const SESSION_SETTINGS = { retry: { provider: { maxRetries: 0 } } };

async function writeSessionSettings(stateDir, agentId) {
  const folder = join(stateDir, "agents", agentId, "agent");
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, "settings.json"), JSON.stringify(SESSION_SETTINGS), 0o600);
}

/** What the gateway proves itself with. openclaw.json names these files; they lie in memory beside it. */
async function writeTls(configDir, tls) {
  if (typeof tls?.certificate !== "string" || typeof tls.key !== "string") {
    throw new StartError(EXIT_CONFIG, "the api gave no certificate for the gateway");
  }
  await writeAtomically(join(configDir, "gateway.crt"), tls.certificate, 0o600);
  await writeAtomically(join(configDir, "gateway.key"), tls.key, 0o600);
}

/** Node.js reads the file when a process starts, so that it has to be there before the gateway. Null: there are none. */
async function writeAuthorities(configDir, certificates) {
  if (typeof certificates !== "string" || certificates === "") return null;
  const path = join(configDir, "authorities.pem");
  await writeAtomically(path, certificates, 0o600);
  return path;
}

async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function gatewayEnvironment(env, variables, { stateDir, configPath, authoritiesPath }) {
  // The gateway and what it runs have no use for the container's own token.
  const { AGENT_TOKEN: _token, ...inherited } = env;
  return {
    ...inherited,
    ...variables,
    ...(authoritiesPath === null ? {} : { NODE_EXTRA_CA_CERTS: authoritiesPath }),
    OPENCLAW_CONFIG_PATH: configPath,
    OPENCLAW_CONFIG_READONLY: "1",
    OPENCLAW_STATE_DIR: stateDir,
    OPENCLAW_DISABLE_BONJOUR: "1",
    OPENCLAW_NO_AUTO_UPDATE: "1",
  };
}

/**
 * This process becomes the gateway: signals reach it, its exit code is the container's, and nobody keeps the memory of a
 * second Node. Does not return.
 */
async function becomeGateway(env) {
  const program = await findProgram("openclaw", env.PATH ?? "");
  const args = ["gateway", "run", "--bind", "lan", "--port", String(GATEWAY_PORT), "--auth", "token"];
  process.execve(program, ["openclaw", ...args], env);
}

/** Looked for here: a failure after the hand-over has begun ends the process without a word. */
async function findProgram(name, path) {
  for (const folder of path.split(delimiter)) {
    const program = join(folder, name);
    const isRunnable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isRunnable) return program;
  }
  throw new StartError(EXIT_CONFIG, `${name} cannot be started: it is not on PATH`);
}

async function main(env) {
  const settings = readSettings(env);
  // Until the gateway runs, a stop has nothing to wait for. The hand-over drops these handlers.
  const stopEarly = () => process.exit(0);
  process.on("SIGTERM", stopEarly);
  process.on("SIGINT", stopEarly);
  const deadline = Date.now() + settings.deadlineMs;
  const config = await fetchJson(settings.baseUrl, settings.token, deadline);
  const {
    files = {},
    variables = {},
    certificates = null,
    tls,
  } = await fetchJson(`${settings.baseUrl}/files`, settings.token, deadline);
  const configPath = join(settings.configDir, "openclaw.json");
  await writeAtomically(configPath, JSON.stringify(config), 0o600);
  await writeTls(settings.configDir, tls);
  const authoritiesPath = await writeAuthorities(settings.configDir, certificates);
  await writePersona(config.agents?.defaults?.workspace ?? join(settings.stateDir, "workspace"), files);
  for (const agentId of Object.keys(config.agents?.entries ?? {})) await writeSessionSettings(settings.stateDir, agentId);
  await becomeGateway(gatewayEnvironment(env, variables, { stateDir: settings.stateDir, configPath, authoritiesPath }));
}

function log(message) {
  console.error(`agent: ${message}`);
}

try {
  await main(process.env);
} catch (error) {
  log(error instanceof StartError ? error.message : `unexpected: ${error.message}`);
  process.exitCode = error.exitCode ?? EXIT_CONFIG;
}
