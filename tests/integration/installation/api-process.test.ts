// The process `api` from outside: how it starts, refuses to start, and ends.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { DRAIN_MS, LAST_GRASP_MS } from "../../../api/start-api.ts";
import { API_STOP_TIMEOUT_MS } from "../../../cli/up/services.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const MAIN = join(import.meta.dirname, "../../../api/main.ts");
const START_TIMEOUT_MS = 120_000;
const TIMEOUT_MS = 180_000;

let database: TestDatabase;
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await database.drop();
});

function startProcess(change: Record<string, string>) {
  const env = {
    PATH: process.env["PATH"],
    DATABASE_URL: database.ownerUrl,
    MOSAIC_SECRET_KEY: database.rootKeyText,
    MOSAIC_PORT: "0",
    MOSAIC_INTERNAL_PORT: "0",
    TEMPORAL_ADDRESS: "127.0.0.1:1",
    ...change,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const printed = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed.err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, printed, ended };
}

test(
  "it says in one line everything that is wrong with its settings, and exits with 78",
  async () => {
    const { printed, ended } = startProcess({ MOSAIC_SECRET_KEY: "short", MOSAIC_PORT: "none" });
    expect(await ended).toBe(78);
    expect(printed.err.trim().split("\n")).toHaveLength(1);
    expect(printed.err).toContain("MOSAIC_SECRET_KEY");
    expect(printed.err).toContain("MOSAIC_PORT");
  },
  TIMEOUT_MS,
);

test(
  "with another secret key than the database's it exits with 78",
  async () => {
    const { printed, ended } = startProcess({ MOSAIC_SECRET_KEY: "another key that is long enough to be one" });
    expect(await ended).toBe(78);
    expect(printed.err).toContain("MOSAIC_SECRET_KEY");
  },
  TIMEOUT_MS,
);

test(
  "it answers while Temporal is away, and ends with 0 on SIGTERM",
  async () => {
    const { child, printed, ended } = startProcess({});
    const port = () => /"event":"api_listening","host":"127.0.0.1","port":(\d+)/.exec(printed.out)?.[1];
    const url = `http://127.0.0.1:${await waitFor(port, { timeoutMs: START_TIMEOUT_MS, what: "the api listens" })}`;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(printed.err).toBe("");
  },
  TIMEOUT_MS,
);

test("its supervisor kills it only after it had its time to let chats end", () => {
  expect(API_STOP_TIMEOUT_MS).toBeGreaterThan(DRAIN_MS + LAST_GRASP_MS);
});
