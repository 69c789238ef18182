// The Postgres cluster of a test run: started once, with one migrated database that every test database is copied from.
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "../../../adapters/postgres/embedded-postgres.ts";
import { parseRootKey } from "../../../adapters/crypto/root-key.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { migrate } from "../../../db/core/migrate.ts";
import { freePort } from "./stack.ts";

export const TEMPLATE_DATABASE = "mosaic_template";
/** How the test processes learn where the cluster is. */
export const CLUSTER_VARIABLE = "MOSAIC_TEST_CLUSTER";
/** Losing the data of a test run costs nothing; these make it fast. */
const FAST_AND_LOOSE = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };

export interface TestCluster {
  /** Shared by the run; removed with the cluster. */
  readonly folder: string;
  readonly ownerUrl: string;
  readonly rootKeyText: string;
}

let running: { readonly server: EmbeddedPostgres; readonly folder: string } | undefined;

/** `settings` of Postgres; the default gives up durability for speed. */
export async function startCluster(settings: Readonly<Record<string, string>> = FAST_AND_LOOSE): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-test-pg-"));
  // The server runs as a user of its own, which must be able to enter.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, "data"),
    port: await freePort(),
    superuserPassword: new Secret(randomBytes(16).toString("hex")),
    database: TEMPLATE_DATABASE,
    logFile: join(folder, "postgres.log"),
    settings,
  });
  running = { server, folder };
  const cluster = { folder, ownerUrl: server.ownerUrl.reveal(), rootKeyText: randomBytes(32).toString("hex") };
  await migrate({ ownerUrl: cluster.ownerUrl, rootKey: parseRootKey(cluster.rootKeyText) });
  return cluster;
}

export async function stopCluster(): Promise<void> {
  if (running === undefined) return;
  await running.server.stop();
  await rm(running.folder, { recursive: true, force: true });
  running = undefined;
}
