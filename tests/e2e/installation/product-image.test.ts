// The product image as a deployment runs it: migration, api and worker from it, against PostgreSQL and Temporal beside it.
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import pg from "pg";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "../../../adapters/postgres/embedded-postgres.ts";
import { agentImageName, ensureAgentImage } from "../../../cli/up/agent-image.ts";
import type { RunningProcess } from "../../../cli/up/child-process.ts";
import { openDataDir } from "../../../cli/up/data-dir.ts";
import { readUpSettings } from "../../../cli/up/settings.ts";
import { temporalBinary } from "../../../cli/up/temporal-binary.ts";
import { newHttpHost, startTemporalServer } from "../../../cli/up/temporal-server.ts";
import { readinessSchema } from "../../../contracts/installation/health.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { imageContext } from "../../../scripts/image-context.ts";
import { buildProductImage } from "../../../scripts/product-image.ts";
import { removeFirewall, removeInstallation } from "../../support/containers/engine.ts";
import { freePort } from "../../support/core/stack.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const BUILD_TIMEOUT_MS = 1_200_000;
const STOP_SECONDS = 120;
const SECRET_KEY = "canary-root-key-for-the-product-image-0123456789";
const SECRET_PATH = "/run/secrets/mosaic_secret_key";
const SOCKET = "/var/run/docker.sock";

/** As in docker-compose.temporal.yml: on a busy machine a process may miss a database deadline while it starts. */
const SERVICE: Docker.HostConfig = { RestartPolicy: { Name: "unless-stopped" } };

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
  // As docker-compose hands it in: a file that the image's user can read.
  await writeFile(join(folder, "root-key"), `${SECRET_KEY}\n`, { mode: 0o444 });
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
  const [httpPort, metricsPort] = [await freePort(), await freePort()];
  temporal = await startTemporalServer({
    ...{ binary, dir, port: temporalPort, httpPort, httpHost: newHttpHost(), metricsPort, environment, signal },
  });
  image = await buildProductImage(imageContext(), () => undefined);
  // The worker in its container puts the agents' firewall in place with it.
  await ensureAgentImage(imageContext(), () => undefined);
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  for (const container of containers) await container.remove({ force: true });
  const installation = postgres && (await installationId());
  if (installation) {
    await removeFirewall(installation);
    await removeInstallation(installation);
  }
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
    Env: Object.entries({ MOSAIC_SECRET_KEY_FILE: SECRET_PATH, ...env }).map(([name, value]) => `${name}=${value}`),
    HostConfig: {
      NetworkMode: "host",
      Init: true,
      ReadonlyRootfs: true,
      Tmpfs: { "/tmp": "" },
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      ...more,
      Binds: [`${join(folder, "root-key")}:${SECRET_PATH}:ro`, ...(more.Binds ?? [])],
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
    const api = await run("api/main.ts", { ...env, MOSAIC_SETUP_TOKEN: "canary-setup-token-0123" }, SERVICE);
    const { gid } = await stat(SOCKET);
    const worker = await run("workers/main.ts", env, { ...SERVICE, Binds: [`${SOCKET}:${SOCKET}`], GroupAdd: [String(gid)] });
    const readiness = await waitFor(
      async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
        const body = readinessSchema.parse(await answer.json());
        return body.status === "ok" ? body : null;
      },
      { timeoutMs: 300_000, what: "api and worker of the image are ready" },
    );
    expect(readiness.parts.docker.status).toBe("ok");
    expect(readiness.parts.isolation).toEqual({ status: "ok", detail: "" });
    for (const container of [api, worker]) {
      await container.stop({ t: STOP_SECONDS });
      expect((await container.inspect()).State.ExitCode).toBe(0);
    }
  },
  BUILD_TIMEOUT_MS,
);
