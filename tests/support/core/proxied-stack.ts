// An installation whose Postgres and Temporal are behind proxies, so that a test can make either unreachable.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { startEmbeddedPostgres } from "../../../adapters/postgres/embedded-postgres.ts";
import { openDataDir } from "../../../cli/up/data-dir.ts";
import { DATABASE } from "../../../cli/up/services.ts";
import { readUpSettings } from "../../../cli/up/settings.ts";
import { temporalBinary } from "../../../cli/up/temporal-binary.ts";
import { newHttpHost, startTemporalServer } from "../../../cli/up/temporal-server.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { startCuttableProxy, type CuttableProxy } from "./cuttable-proxy.ts";
import { LIGHT_AGENT_ENVIRONMENT, makeLightAgentImage } from "../containers/light-agent.ts";
import { freePort, removeStack, startStack, type Stack } from "./stack.ts";

const SECRET_KEY = "canary-root-key-for-outages-0123456789-abcdefgh";
const WORD_PAUSE_MS = 50;
/** Long enough for the phases of a start to be seen on a machine that stalls. */
const BOOT_MS = 5_000;

export interface ProxiedStack {
  readonly stack: Stack;
  readonly postgres: CuttableProxy;
  readonly temporal: CuttableProxy;
  /** Past the proxy. */
  readonly ownerUrl: string;
  remove(): Promise<void>;
}

/** With a demonstration user, and light agents. What was started is ended again when something fails. */
export async function startProxiedStack(): Promise<ProxiedStack> {
  const undo: (() => Promise<unknown>)[] = [];
  const remove = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step();
    undo.length = 0;
  };
  try {
    return { ...(await start(undo)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function start(undo: (() => Promise<unknown>)[]): Promise<Omit<ProxiedStack, "remove">> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-outages-"));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  // PostgreSQL does not run as root: its own user must be able to pass through.
  await chmod(folder, 0o711);
  const dir = await openDataDir(join(folder, "servers"));
  const server = await startEmbeddedPostgres({
    dataDir: dir.file("postgres"),
    port: await freePort(),
    superuserPassword: new Secret("canary-superuser-password"),
    database: DATABASE,
    logFile: dir.logFile("postgres"),
  });
  undo.push(() => server.stop());
  const { cacheDir, environment } = readUpSettings(process.env);
  const { signal } = new AbortController();
  const binary = await temporalBinary({ cacheDir, environment, signal }, () => undefined);
  const [port, httpPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const workflows = await startTemporalServer({
    ...{ binary, dir, port, httpPort, httpHost: newHttpHost(), metricsPort, environment, signal },
  });
  undo.push(() => workflows.stop());
  const postgres = await startCuttableProxy({ host: "127.0.0.1", port: server.port });
  const temporal = await startCuttableProxy({ host: "127.0.0.1", port });
  undo.push(postgres.cut, temporal.cut);
  const image = await makeLightAgentImage(new Docker(), { name: "outages", bootMs: BOOT_MS, wordPauseMs: WORD_PAUSE_MS });
  undo.push(() => image.remove());
  const ownerUrl = server.ownerUrl.reveal();
  const stack = await startStack({
    arguments: ["--demo"],
    dataDir: join(folder, "data"),
    environment: {
      DATABASE_URL: ownerUrl.replace(`:${server.port}/`, `:${postgres.port}/`),
      TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`,
      MOSAIC_SECRET_KEY: SECRET_KEY,
      MOSAIC_AGENT_IMAGE: image.tag,
      ...LIGHT_AGENT_ENVIRONMENT,
    },
  });
  undo.push(() => removeStack(stack));
  return { stack, postgres, temporal, ownerUrl };
}
