// The product image as a deployment runs it: migration, api and worker from it, against PostgreSQL and Temporal beside it.
import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import pg from "pg";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "../../adapters/embedded-postgres.ts";
import { agentImageName } from "../../cli/up/agent-image.ts";
import type { RunningProcess } from "../../cli/up/child-process.ts";
import { openDataDir } from "../../cli/up/data-dir.ts";
import { readUpSettings } from "../../cli/up/settings.ts";
import { temporalBinary } from "../../cli/up/temporal-binary.ts";
import { startTemporalServer } from "../../cli/up/temporal-server.ts";
import { readinessSchema } from "../../contracts/health.ts";
import { Secret } from "../../contracts/secret.ts";
import { imageContext } from "../../scripts/image-context.ts";
import { buildProductImage } from "../../scripts/product-image.ts";
import { removeInstallation } from "../support/engine.ts";
import { freePort } from "../support/stack.ts";
import { waitFor } from "../support/wait-for.ts";

const BUILD_TIMEOUT_MS = 1_200_000;
const STOP_SECONDS = 120;
const SECRET_KEY = "canary-root-key-for-the-product-image-0123456789";
const SOCKET = "/var/run/docker.sock";

const docker = new Docker();
const containers: Docker.Container[] = [];
let folder: string;
let image: string;
let postgres: EmbeddedPostgres;
let temporal: RunningProcess;
let temporalPort: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosaic-product-image-"));
  await chmod(folder, 0o755);
  const dir = await openDataDir(folder);
  postgres = await startEmbeddedPostgres({
    dataDir: dir.file("postgres"),
    port: await freePort(),
    superuserPassword: new Secret("canary-superuser-password"),
    database: "mosaic_fleet",
    logFile: dir.logFile("postgres"),
  });
  temporalPort = await freePort();
  const { cacheDir, environment } = readUpSettings(process.env);
  const { signal } = new AbortController();
  const binary = await temporalBinary({ cacheDir, environment, signal }, () => undefined);
  const [uiPort, metricsPort] = [await freePort(), await freePort()];
  temporal = await startTemporalServer({ binary, dir, port: temporalPort, uiPort, metricsPort, environment, signal });
  image = await buildProductImage(imageContext(), () => undefined);
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  for (const container of containers) await container.remove({ force: true });
  const installation = postgres && (await installationId());
  if (installation) await removeInstallation(installation);
  await temporal?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}, 300_000);

async function installationId(): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: postgres.ownerUrl.reveal() });
  await client.connect();
  try {
    const found = await client.query("SELECT value #>> '{}' AS id FROM mosaic.system_config WHERE key = 'installation.id'");
    return found.rows[0]?.id;
  } catch {
    return undefined; // never migrated: nothing was made in the engine
  } finally {
    await client.end();
  }
}

/** With the hardening of docker-compose.temporal.yml. */
async function run(file: string, env: Record<string, string>, more: Docker.HostConfig = {}): Promise<Docker.Container> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: [file],
    Env: Object.entries({ MOSAIC_SECRET_KEY: SECRET_KEY, ...env }).map(([name, value]) => `${name}=${value}`),
    HostConfig: {
      NetworkMode: "host",
      Init: true,
      ReadonlyRootfs: true,
      Tmpfs: { "/tmp": "" },
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      ...more,
    },
  });
  containers.push(container);
  await container.start();
  return container;
}

test(
  "migrates, then serves with every part ready, and stops in order",
  async () => {
    const migration = await run("scripts/migrate.ts", { DATABASE_URL: postgres.ownerUrl.reveal() });
    expect((await migration.wait()).StatusCode).toBe(0);
    const [port, internalPort] = [await freePort(), await freePort()];
    const env = {
      DATABASE_URL: postgres.url,
      TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
      MOSAIC_PORT: String(port),
      MOSAIC_INTERNAL_PORT: String(internalPort),
      MOSAIC_AGENT_IMAGE: await agentImageName(),
    };
    const api = await run("api/main.ts", { ...env, MOSAIC_SETUP_TOKEN: "canary-setup-token-0123" });
    const { gid } = await stat(SOCKET);
    const worker = await run("workers/main.ts", env, { Binds: [`${SOCKET}:${SOCKET}`], GroupAdd: [String(gid)] });
    const readiness = await waitFor(
      async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
        const body = readinessSchema.parse(await answer.json());
        return body.status === "ok" ? body : null;
      },
      { timeoutMs: 300_000, what: "api and worker of the image are ready" },
    );
    expect(readiness.parts.docker.status).toBe("ok");
    for (const container of [api, worker]) {
      await container.stop({ t: STOP_SECONDS });
      expect((await container.inspect()).State.ExitCode).toBe(0);
    }
  },
  BUILD_TIMEOUT_MS,
);
