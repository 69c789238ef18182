// The entrypoint of agent containers, run as a process against an api and a gateway that only pretend.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { waitFor } from "../../tests/support/core/wait-for.ts";

const ENTRYPOINT = join(import.meta.dirname, "entrypoint.mjs");
const AGENT_ID = "3f0a6a0c-8d5e-4c53-9d5f-0d1c9b7a1e11";
const TOKEN = "mct_canary_token";
/** Writes down what it was given and who it is, and ends with 7 when it is told to stop, with 9 at SIGUSR2. */
const FAKE_OPENCLAW = `#!/usr/bin/env node
const { writeFileSync, renameSync } = require("node:fs");
const seen = process.env.SEEN_FILE;
process.on("SIGTERM", () => process.exit(7));
process.on("SIGUSR2", () => process.exit(9));
writeFileSync(seen + ".new", JSON.stringify({ args: process.argv.slice(2), env: process.env, pid: process.pid }));
renameSync(seen + ".new", seen);
setInterval(() => {}, 1000);`;

type Answer = { status: number; body: string } | "hang up";
const CONFIG: Answer = {
  status: 200,
  body: JSON.stringify({ gateway: { mode: "local" }, models: { key: "canary-provider-key" } }),
};

let folder: string;
let api: Server;
let asked: { path: string; authorization: string | undefined }[];
let answerConfig: (call: number) => Answer;
let files: Record<string, { content: string; mode: string }>;
let tls: { certificate: string; key: string } | undefined;
let variables: Record<string, string>;
let certificates: string | null;
let child: ChildProcess | undefined;
let ended: Promise<number | null>;
let printed: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosaic-entrypoint-"));
  await mkdir(join(folder, "bin"));
  await mkdir(join(folder, "run"));
  await writeFile(join(folder, "bin/openclaw"), FAKE_OPENCLAW, { mode: 0o755 });
  asked = [];
  printed = "";
  answerConfig = () => CONFIG;
  tls = { certificate: "certificate of this start", key: "canary key of this start" };
  variables = {};
  certificates = null;
  files = { "SOUL.md": { content: "Be kind.\n", mode: "managed" }, "MEMORY.md": { content: "# Memory\n", mode: "seed" } };
  await startApi();
});

afterEach(async () => {
  // Not SIGKILL: the gateway that only pretends would live on.
  child?.kill("SIGTERM");
  await ended;
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function startApi(): Promise<void> {
  let calls = 0;
  api = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push({ path, authorization: request.headers.authorization });
    const isFiles = path.endsWith("/files");
    const all = { OPENCLAW_GATEWAY_TOKEN: "canary-gateway-token", ...variables };
    const body = JSON.stringify({ files, variables: all, tls, certificates, revision: 1 });
    const answer = isFiles ? { status: 200, body } : answerConfig(++calls);
    if (answer === "hang up") request.socket.destroy();
    else response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", () => resolve()));
}

function start(environment: Record<string, string | undefined> = {}): Promise<number | null> {
  const address = api.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const started = spawn(process.execPath, [ENTRYPOINT], {
    env: {
      PATH: [join(folder, "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
      MOSAIC_API_URL: `http://127.0.0.1:${port}/`,
      AGENT_TOKEN: TOKEN,
      AGENT_ID,
      MOSAIC_CONFIG_DIR: join(folder, "run"),
      OPENCLAW_STATE_DIR: join(folder, "state"),
      SEEN_FILE: join(folder, "seen.json"),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = started;
  started.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  started.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  ended = new Promise((resolve) => started.once("close", (code) => resolve(code)));
  return ended;
}

async function seenByGateway(): Promise<{ args: string[]; env: Record<string, string>; pid: number }> {
  return await waitFor(async () => JSON.parse(await readFile(join(folder, "seen.json"), "utf8")), {
    timeoutMs: 120_000,
    what: "the gateway was started",
  });
}

test("starts the gateway with the proxy and the certificate authorities that come with its files", async () => {
  const proxy = "http://proxy.example:3128";
  variables = { HTTPS_PROXY: proxy, NO_PROXY: "localhost,127.0.0.1" };
  certificates = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  void start({ http_proxy: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" });
  const { env } = await seenByGateway();
  const path = join(folder, "run/authorities.pem");
  expect(env).toMatchObject({ ...variables, NODE_EXTRA_CA_CERTS: path });
  expect(await readFile(path, "utf8")).toBe(certificates);
});

test("starts the gateway without them where there are none", async () => {
  void start();
  expect((await seenByGateway()).env).not.toHaveProperty("NODE_EXTRA_CA_CERTS");
});

const inWorkspace = (name: string) => join(folder, "state/workspace", name);

test("fetches configuration and files with its own token, then runs the gateway", async () => {
  void start();
  const { args, env } = await seenByGateway();
  expect(asked).toEqual([
    { path: `/api/internal/agent-config/${AGENT_ID}`, authorization: `Bearer ${TOKEN}` },
    { path: `/api/internal/agent-config/${AGENT_ID}/files`, authorization: `Bearer ${TOKEN}` },
  ]);
  expect(args).toEqual(["gateway", "run", "--bind", "lan", "--port", "18789", "--auth", "token"]);
  expect(env).toMatchObject({
    OPENCLAW_CONFIG_PATH: join(folder, "run/openclaw.json"),
    OPENCLAW_CONFIG_READONLY: "1",
    OPENCLAW_GATEWAY_TOKEN: "canary-gateway-token",
    OPENCLAW_DISABLE_BONJOUR: "1",
    OPENCLAW_NO_AUTO_UPDATE: "1",
  });
});

test("keeps the configuration for itself, and the container's token from the gateway", async () => {
  void start();
  const { env } = await seenByGateway();
  expect(env).not.toHaveProperty("AGENT_TOKEN");
  expect((await stat(join(folder, "run/openclaw.json"))).mode & 0o777).toBe(0o600);
  expect(printed).not.toContain("canary");
});

test("writes managed files again and leaves the agent's own notes alone", async () => {
  await mkdir(join(folder, "state/workspace"), { recursive: true });
  await writeFile(inWorkspace("SOUL.md"), "old");
  await writeFile(inWorkspace("MEMORY.md"), "what I learnt");
  void start();
  await seenByGateway();
  expect(await readFile(inWorkspace("SOUL.md"), "utf8")).toBe("Be kind.\n");
  expect(await readFile(inWorkspace("MEMORY.md"), "utf8")).toBe("what I learnt");
});

test("leaves retries of a busy provider to the api, which reports them", async () => {
  const entries = { main: { name: "Ann" } };
  answerConfig = () => ({ status: 200, body: JSON.stringify({ gateway: { mode: "local" }, agents: { entries } }) });
  void start();
  await seenByGateway();
  const settings = await readFile(join(folder, "state/agents/main/agent/settings.json"), "utf8");
  expect(JSON.parse(settings)).toEqual({ retry: { provider: { maxRetries: 0 } } });
});

test("writes what the gateway proves itself with beside the configuration, for nobody else to read", async () => {
  void start();
  await seenByGateway();
  for (const [name, content] of [
    ["gateway.crt", tls?.certificate],
    ["gateway.key", tls?.key],
  ] as const) {
    const path = join(folder, "run", name);
    expect([await readFile(path, "utf8"), (await stat(path)).mode & 0o777]).toEqual([content, 0o600]);
  }
});

test("ends with 78 when it is given no certificate", async () => {
  tls = undefined;
  expect(await start()).toBe(78);
  expect(printed).toContain("no certificate");
});

test("becomes the gateway, so that there is one process and not two", async () => {
  void start();
  expect((await seenByGateway()).pid).toBe(child?.pid);
});

test.each([
  ["SIGTERM", 7],
  ["SIGUSR2", 9],
] as const)("%s reaches the gateway, whose exit code is the container's", async (signal, code) => {
  const exit = start();
  await seenByGateway();
  child?.kill(signal);
  expect(await exit).toBe(code);
  expect(printed).not.toContain("Warning");
});

test("a stop while the api cannot answer ends it at once, with 0", async () => {
  answerConfig = () => "hang up";
  const exit = start();
  await waitFor(() => printed.includes("trying again"), { timeoutMs: 120_000, what: "it tries again" });
  child?.kill("SIGTERM");
  expect(await exit).toBe(0);
});

test("says so when there is no gateway to become", async () => {
  expect(await start({ PATH: join(folder, "run") })).toBe(78);
  expect(printed).toContain("openclaw cannot be started");
});

test("ends with 78 when the answer has no end", async () => {
  answerConfig = () => ({ status: 200, body: `{"filler":"${"x".repeat(17 * 1024 * 1024)}"}` });
  expect(await start()).toBe(78);
  expect(printed).toContain("did not answer with a JSON object");
});

test("tries again while the api cannot answer", async () => {
  answerConfig = (call) => (call === 1 ? "hang up" : call === 2 ? { status: 503, body: "{}" } : CONFIG);
  void start();
  await seenByGateway();
  expect(asked.filter(({ path }) => !path.endsWith("/files"))).toHaveLength(3);
});

test("gives up with 69 when nobody answers in time", async () => {
  answerConfig = () => "hang up";
  expect(await start({ MOSAIC_FETCH_DEADLINE_MS: "600" })).toBe(69);
  expect(printed).toContain("cannot be fetched");
});

test.each([401, 403, 404])("ends with 78 at once when the api refuses with %i", async (status) => {
  answerConfig = () => ({ status, body: JSON.stringify({ error: { code: "NOT_FOUND", message: "canary message" } }) });
  expect(await start()).toBe(78);
  expect(asked).toHaveLength(1);
  expect(printed).toContain(`${status} NOT_FOUND`);
  expect(printed).not.toContain("canary");
});

test("ends with 78 when the answer is no configuration", async () => {
  answerConfig = () => ({ status: 200, body: "[]" });
  expect(await start()).toBe(78);
});

test("ends with 78 when a file is to be written elsewhere", async () => {
  files = { "../SOUL.md": { content: "x", mode: "managed" } };
  expect(await start()).toBe(78);
});

test("names what is missing in its environment", async () => {
  expect(await start({ AGENT_TOKEN: undefined })).toBe(78);
  expect(printed).toContain("AGENT_TOKEN");
});
