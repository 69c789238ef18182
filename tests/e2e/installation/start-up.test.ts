// `mosaic up`: the demonstration, Ctrl-C, the second start, and two installations on one machine.
import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { isAlive, type ProcessIdentity } from "../../../cli/up/proc.ts";
import { ApiSession } from "../../support/core/api-session.ts";
import * as engine from "../../support/containers/engine.ts";
import { removeStack, startStack, type Stack } from "../../support/core/stack.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const run = promisify(execFile);
const REPOSITORY = join(import.meta.dirname, "../../..");

const PATIENCE_MS = 300_000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ arguments: ["--demo"] });
  await untilDemoIsReady();
}, 900_000);

afterAll(async () => {
  await removeStack(stack);
}, 300_000);

/** The demonstration's facts are the last thing the start-up prints. */
async function untilDemoIsReady(): Promise<void> {
  await waitFor(async () => stack.output().includes((await demo()).apiKey) && stack.output().includes("Ready."), {
    timeoutMs: PATIENCE_MS,
    what: "the demonstration's facts are printed",
  });
}

async function demo(): Promise<{ url: string; temporalUi: string; user: string; password: string; apiKey: string }> {
  return JSON.parse(await readFile(join(stack.dataDir, "demo.json"), "utf8"));
}

async function mosaic(words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const { url, apiKey } = await demo();
  return await run(process.execPath, ["cli/bin.mjs", ...words], {
    cwd: REPOSITORY,
    env: { ...stack.environment, MOSAIC_URL: url, MOSAIC_API_KEY: apiKey },
  });
}

/** Said again while it fails: a machine that stalls is told to try again. */
async function chat(text: string): Promise<string> {
  const { stdout } = await waitFor(() => mosaic(["chat", text]), { timeoutMs: PATIENCE_MS, what: `an answer to ${text}` });
  return stdout;
}

/** Which of its processes are alive; read before they are stopped. */
async function watchProcesses({ dataDir }: Stack): Promise<() => Promise<string[]>> {
  const started: Record<string, ProcessIdentity> = JSON.parse(await readFile(join(dataDir, "processes.json"), "utf8"));
  return async () => {
    const found = await Promise.all(
      Object.entries(started).map(async ([name, identity]) => ({ name, isAlive: await isAlive(identity) })),
    );
    return found.filter((one) => one.isAlive).map(({ name }) => name);
  };
}

test("the demonstration prints its user and writes the same facts for scripts, readable by the owner only", async () => {
  const facts = await demo();
  expect(facts).toMatchObject({ url: stack.url, user: "demo" });
  expect(stack.output()).toContain(facts.password);
  expect(stack.output()).toContain(facts.apiKey);
  expect((await stat(join(stack.dataDir, "demo.json"))).mode & 0o777).toBe(0o600);
  expect(facts.temporalUi).toBe(`${stack.url}/temporal/`);
  const session = new ApiSession(stack.url);
  const look = async (): Promise<number> => (await session.call("GET", "/temporal/api/v1/namespaces")).status;
  expect(await look()).toBe(401);
  expect((await session.signIn(facts.user, facts.password)).status).toBe(201);
  const { systemRole } = (await session.expect(200, "GET", "/api/session")).user;
  await waitFor(async () => (await look()) === (systemRole === "admin" ? 200 : 403), {
    timeoutMs: PATIENCE_MS,
    what: "workflows are shown to administrators",
  });
});

test("the process that watches over all others stays small, and ends up with none of what only the start needs", async () => {
  const status = await readFile(`/proc/${stack.process.pid}/status`, "utf8");
  const [peakMib, nowMib] = ["VmHWM", "VmRSS"].map((name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  process.stderr.write(`  supervisor: ${nowMib?.toFixed(0)} MiB, at most ${peakMib?.toFixed(0)} MiB\n`);
  expect(nowMib).toBeLessThan(150);
});

test("a newcomer chats from the command line", async () => {
  expect(await chat("Good morning")).toMatch(/demonstration/i);
  const status = JSON.parse((await mosaic(["status", "--json"])).stdout);
  expect(status).toMatchObject({ status: "running" });
}, 900_000);

test("doctor finds nothing wrong", async () => {
  // Its probes have deadlines, which a machine that stalls may miss; a failed check makes the command fail.
  const { stdout } = await waitFor(() => mosaic(["doctor", "--json"]), { timeoutMs: PATIENCE_MS, what: "doctor is content" });
  expect(JSON.parse(stdout).checks.filter((check: { status: string }) => check.status === "fail")).toEqual([]);
}, 600_000);

test("another installation starts beside it and leaves it alone; it ends its processes also when nobody reads what it says", async () => {
  const beside = await startStack();
  try {
    expect(beside.installation?.installation).not.toBe(stack.installation?.installation);
    expect((await mosaic(["status", "--json"])).stdout).toContain("running");
    const alive = await watchProcesses(beside);
    expect(await alive()).toEqual(expect.arrayContaining(["api", "worker", "temporal", "postgres"]));
    beside.process.stdout?.destroy();
    expect(await beside.stop()).toBe(0);
    expect(await alive()).toEqual([]);
  } finally {
    await removeStack(beside);
  }
}, 900_000);

test("the same installation cannot be started twice", async () => {
  const second = run(process.execPath, ["cli/bin.mjs", "up"], { cwd: REPOSITORY, env: stack.environment });
  await expect(second).rejects.toMatchObject({ stderr: expect.stringMatching(/already|running/i) });
}, 300_000);

test("Ctrl-C ends every process it started, and the next start finds containers and data again", async () => {
  // Those of agents: probe containers come and go.
  const labels = [`mosaic.installation=${stack.installation?.installation ?? ""}`, "mosaic.tenant"];
  const [before] = await engine.containersOf(...labels);
  const alive = await watchProcesses(stack);
  expect(await stack.stop()).toBe(0);
  expect(await alive()).toEqual([]);
  expect((await engine.containersOf(...labels))[0]?.State).toBe("running");
  const port = Number(new URL(stack.url).port);
  const again = await startStack({ arguments: ["--demo"], dataDir: stack.dataDir, port, internalPort: stack.internalPort });
  again.installation = stack.installation;
  stack = again;
  await untilDemoIsReady();
  expect(await chat("Are you still there?")).toMatch(/still there/);
  expect((await engine.containersOf(...labels))[0]?.Id).toBe(before?.Id);
}, 900_000);
