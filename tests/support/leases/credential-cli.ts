// `mosaic qa credentials` as a real process, against the real broker.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BROKER_ENV, startTestBroker, type TestBroker } from "./credential-broker.ts";
import { createTestDatabase, type TestDatabase } from "../core/database.ts";
import { useWorld } from "../core/use-world.ts";
import { waitFor } from "../core/wait-for.ts";

const CLI = join(import.meta.dirname, "../../../cli/bin.mjs");
export const CANARY = "canary-driver-token-4411";
/** What nothing that is printed may hold. */
export const SECRETS: readonly string[] = [CANARY, ...Object.values(BROKER_ENV)];

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout(): string;
}
type Env = Readonly<Record<string, string>>;

/** Each test has a folder and a kind of its own. */
export function useCredentialCli() {
  const cli = useWorld(startCredentialCli);
  beforeEach(() => cli.begin());
  return cli;
}

async function startCredentialCli(ends: AsyncDisposableStack) {
  const database = ends.adopt(await createTestDatabase(), ({ drop }) => drop());
  const broker = await startTestBroker(database);
  ends.defer(broker.api.close);
  const running: ChildProcess[] = [];
  ends.defer(() => running.forEach((child) => child.kill("SIGKILL")));
  const printed: string[] = [];
  let [folder, kind, kinds] = ["", "", 0];

  /** Any program, with the environment of a runner. */
  function startProgram([file, ...rest]: readonly [string, ...string[]], env: Env = {}): Run {
    const child = spawn(file, rest, {
      cwd: folder,
      env: {
        ...{ PATH: process.env["PATH"], HOME: folder, RUNNER_TEMP: folder, OPENCLAW_QA_ALLOW_INSECURE_HTTP: "1", CI: "1" },
        ...{ OPENCLAW_QA_CONVEX_SITE_URL: broker.api.url, ...BROKER_ENV, ...env },
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.push(child);
    const ended = collect(child);
    void ended.done.then(({ stdout, stderr }) => printed.push(stdout + stderr));
    return { child, ended: ended.done, stdout: ended.stdout };
  }
  const start = (words: readonly string[], env: Env = {}): Run =>
    startProgram([process.execPath, CLI, "qa", "credentials", ...words], env);
  return {
    ...cluster(database, broker),
    ...{ start, startProgram, printed },
    folder: () => folder,
    kind: () => kind,
    async begin() {
      await database.setClockOffset(0);
      folder = await mkdtemp(join(tmpdir(), "mosaic-qa-test-"));
      kind = `own-${(kinds += 1)}`;
    },
    run: (words: string, env?: Env) => start(words.split(" "), env).ended,
    json: async (words: string, env?: Env): Promise<any> =>
      JSON.parse((await start([...words.split(" "), "--json"], env).ended).stdout),
    add: () => broker.broker.add(kind, 1, { driverToken: CANARY, groupId: "-100" }),
    leaseOf: async () => (await broker.broker.list({ kind }))[0]?.lease,
    /** A command with a lease; the command is a script for Node.js. */
    exec: (script: string, ...options: string[]) =>
      start(["exec", "--kind", kind, ...options, "--", process.execPath, "-e", script]),
  };
}

const cluster = (database: TestDatabase, broker: TestBroker) => ({ database, broker: broker.broker, url: broker.api.url });

function collect(child: ChildProcess): { done: Promise<Ended>; stdout: () => string } {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const done = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  return { done, stdout: () => stdout };
}

export async function saysReady(held: Run): Promise<void> {
  await waitFor(() => held.stdout().includes("ready"), { timeoutMs: 90_000, what: "the command runs", everyMs: 20 });
}
