// What the figures were taken on.
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { Client } from "pg";
import { createDockerClient } from "../../scripts/image-context.ts";
import type { TestCluster } from "../../tests/support/core/cluster.ts";

export type MachineFacts = Readonly<Record<string, string>>;

const GIB = 1024 ** 3;
const WHO_ELSE = "others' work on the machine is in it too, and the ratios are what to go by";

/** `temporal`: the server's version. */
export async function machineFacts(cluster: TestCluster, temporal: string): Promise<MachineFacts> {
  const [cpu] = cpus();
  const [load = 0] = loadavg();
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
    processor: `${cpus().length} × ${cpu?.model ?? "unknown"}`,
    memory: `${(totalmem() / GIB).toFixed(1)} GiB`,
    kernel: `${type()} ${release()}`,
    "Node.js": process.versions.node,
    PostgreSQL: `${await postgresVersion(cluster)}, embedded, with its default durability`,
    Temporal: `server ${temporal}, development server in memory`,
    Docker: (await createDockerClient().version()).Version,
    load: `${load.toFixed(1)} before the run (one minute); ${WHO_ELSE}`,
    command: "`npm run bench`",
  };
}

async function postgresVersion({ ownerUrl }: TestCluster): Promise<string> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version') AS version");
    return rows[0]?.version ?? "unknown";
  } finally {
    await client.end();
  }
}
