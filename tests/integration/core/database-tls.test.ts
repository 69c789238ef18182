// The connection that listens, to a Postgres that is reached through TLS.
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "../../../adapters/postgres/embedded-postgres.ts";
import { postgresUser } from "../../../adapters/postgres/embedded-postgres-binaries.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { Listener } from "../../../db/core/listener.ts";
import { startCuttableProxy, type CuttableProxy } from "../../support/core/cuttable-proxy.ts";
import { freePort } from "../../support/core/stack.ts";
import { selfSigned } from "../../support/core/tls-server.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const TIMEOUT_MS = 240_000;
const WAIT_MS = 100_000;
const CHANNEL = "test_channel";
const NAME = "listener under test";
/** The real ones, for a busy machine stands still as long as shorter ones would be. */
const timings = { checkEveryMs: 10_000, silenceMs: 5_000 } as const;

let folder: string;
let server: EmbeddedPostgres;
let proxy: CuttableProxy;
let owner: Client;
let listener: Listener;
let heard: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosaic-postgres-tls-"));
  // The server runs as a user of its own, which must be able to enter.
  await chmod(folder, 0o755);
  const { key, cert } = await selfSigned("postgres.test");
  server = await startEmbeddedPostgres({
    dataDir: join(folder, "data"),
    port: await freePort(),
    superuserPassword: new Secret("not a secret"),
    database: "mosaic",
    logFile: join(folder, "postgres.log"),
    settings: {
      ssl: "on",
      ssl_key_file: await givenToServer("key.pem", key),
      ssl_cert_file: await givenToServer("cert.pem", cert),
    },
  });
}, TIMEOUT_MS);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}, TIMEOUT_MS);

beforeEach(async () => {
  proxy = await startCuttableProxy({ host: "127.0.0.1", port: server.port });
  owner = new Client(connection());
  await owner.connect();
  heard = [];
  listener = new Listener({ ...connection(), port: proxy.port, application_name: NAME }, timings);
  await listener.listen(CHANNEL, (payload) => heard.push(payload));
});
afterEach(async () => {
  await proxy.cut();
  await listener.close();
  await owner.end();
});

async function givenToServer(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  const { uid, gid } = (await postgresUser()).spawn;
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  return path;
}

function connection(): ClientConfig {
  const { hostname, port, username, password, pathname } = new URL(server.ownerUrl.reveal());
  return {
    host: hostname,
    port: Number(port),
    user: username,
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    ssl: { rejectUnauthorized: false },
  };
}

const notify = (payload: string) => owner.query(`NOTIFY ${CHANNEL}, '${payload}'`);

test(
  "is kept as long as it answers",
  async () => {
    const old =
      "SELECT ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE application_name = $1 AND query_start > backend_start + make_interval(secs => $2)";
    const kept = async () => (await owner.query<{ ssl: boolean }>(old, [NAME, timings.checkEveryMs / 1000])).rows;
    const found = await waitFor(async () => (await kept())[0], {
      timeoutMs: WAIT_MS,
      what: "a connection outlives the time that it is silent between two questions",
    });
    expect(found).toEqual({ ssl: true });
    await notify("hello");
    await waitFor(() => heard.includes("hello"), { timeoutMs: WAIT_MS, what: "it hears" });
    expect(heard).toEqual(["hello"]);
  },
  TIMEOUT_MS,
);

test(
  "is replaced when it falls silent, and its listeners are told that they may have missed something",
  async () => {
    proxy.hold();
    await proxy.heal();
    await waitFor(() => heard.includes(""), { timeoutMs: WAIT_MS, what: "the listener is back" });
    await notify("after");
    await waitFor(() => heard.includes("after"), { timeoutMs: WAIT_MS, what: "it hears again" });
    expect(heard).toEqual(["", "after"]);
  },
  TIMEOUT_MS,
);
