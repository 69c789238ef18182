// The PostgreSQL that the product runs itself: starts, stays on loopback, keeps its data, survives a killed parent.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedPostgres, type EmbeddedPostgresOptions } from "../../../adapters/postgres/embedded-postgres.ts";
import { parseRootKey } from "../../../adapters/crypto/root-key.ts";
import { openDataDir } from "../../../cli/up/data-dir.ts";
import { identifyProcess, isAlive, type ProcessIdentity } from "../../../cli/up/proc.ts";
import { postgresService } from "../../../cli/up/services.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { freePort } from "../../support/core/stack.ts";

const START_TIMEOUT_MS = 240_000;
let folder: string;
let options: EmbeddedPostgresOptions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosaic-postgres-"));
  await chmod(folder, 0o755);
  options = {
    dataDir: join(folder, "data"),
    port: await freePort(),
    superuserPassword: new Secret("canary/password+1"),
    database: "mosaic",
    logFile: join(folder, "postgres.log"),
  };
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function query(url: Secret, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url.reveal() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

test(
  "keeps its data from one start to the next, and its log free of the password",
  async () => {
    const first = await startEmbeddedPostgres(options);
    await query(first.ownerUrl, "CREATE TABLE note AS SELECT 'kept' AS text");
    await first.stop();
    const second = await startEmbeddedPostgres(options);
    try {
      expect(await query(second.ownerUrl, "SELECT text FROM note")).toEqual([{ text: "kept" }]);
      expect(await query(second.ownerUrl, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
      expect(await readFile(options.logFile, "utf8")).not.toContain("canary");
    } finally {
      await second.stop();
    }
  },
  START_TIMEOUT_MS,
);

test(
  "says that the secret key is another one, when the password does not fit the data",
  async () => {
    await (await startEmbeddedPostgres(options)).stop();
    const wrong = startEmbeddedPostgres({ ...options, superuserPassword: new Secret("another password") });
    await expect(wrong).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("MOSAIC_SECRET_KEY"),
    });
  },
  START_TIMEOUT_MS,
);

test(
  "stops the server that a killed parent left behind, and starts its own",
  async () => {
    const orphan = await startFromKilledParent();
    expect(orphan).toBeGreaterThan(0);
    const server = await startEmbeddedPostgres(options);
    try {
      expect(server.pid).not.toBe(orphan);
      expect(await query(server.ownerUrl, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    } finally {
      await server.stop();
    }
  },
  START_TIMEOUT_MS,
);

test(
  "does not go on running as a service when it could not be put on record",
  async () => {
    const dir = await openDataDir(join(folder, "installation"));
    const service = postgresService({
      dir,
      port: options.port,
      rootKey: parseRootKey("k".repeat(40)),
      onStarted: () => undefined,
    });
    const seen: ProcessIdentity[] = [];
    const starting = service.start(async (pid) => {
      const identity = await identifyProcess(pid);
      if (identity !== null) seen.push(identity);
      throw new Error("no space left on the device");
    });
    await expect(starting).rejects.toThrow("no space left on the device");
    expect(seen).toHaveLength(1);
    expect(await Promise.all(seen.map(isAlive))).toEqual([false]);
  },
  START_TIMEOUT_MS,
);

/** Starts the server in a process that then kills itself; answers the server's pid. */
async function startFromKilledParent(): Promise<number> {
  const repository = join(import.meta.dirname, "../../..");
  const script = `
    import { startEmbeddedPostgres } from "${repository}/adapters/postgres/embedded-postgres.ts";
    import { Secret } from "${repository}/contracts/core/secret.ts";
    const { options, password } = JSON.parse(process.env.OPTIONS);
    const server = await startEmbeddedPostgres({ ...options, superuserPassword: new Secret(password) });
    process.stdout.write(String(server.pid), () => process.kill(process.pid, "SIGKILL"));`;
  const parent = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    env: { PATH: process.env["PATH"], OPTIONS: JSON.stringify({ options, password: options.superuserPassword.reveal() }) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let pid = "";
  parent.stdout.on("data", (chunk: Buffer) => (pid += chunk.toString()));
  await once(parent, "close");
  return Number(pid);
}
