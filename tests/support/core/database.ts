// A migrated database for every test file, copied from the cluster's template.
import { randomBytes } from "node:crypto";
import { Client, DatabaseError, escapeIdentifier } from "pg";
import { z } from "zod";
import { parseRootKey, type RootKey } from "../../../adapters/crypto/root-key.ts";
import { openDatabase, type Database, type DatabaseOptions } from "../../../db/core/database.ts";
import type { DatabaseRole } from "../../../db/core/login.ts";
import { SERVICE_ROLES, serviceConnection, serviceLogin } from "../../../db/core/login.ts";
import { migrate } from "../../../db/core/migrate.ts";
import { CLUSTER_VARIABLE, TEMPLATE_DATABASE, type TestCluster } from "./cluster.ts";
import { useWorld } from "./use-world.ts";
import { waitFor } from "./wait-for.ts";

type OpenOptions = Pick<DatabaseOptions, "poolMax" | "statementTimeoutMs" | "connectTimeoutMs">;

/** The product's own deadlines are too short for a machine that may stand still for seconds; they have tests of their own. */
export const PATIENT = { connectTimeoutMs: 60_000, statementTimeoutMs: 60_000 } as const;

export interface TestDatabase {
  /** With the owner's credentials, for `migrate` and for processes that are started. */
  readonly ownerUrl: string;
  readonly rootKey: RootKey;
  /** MOSAIC_SECRET_KEY. */
  readonly rootKeyText: string;
  /** PATIENT, unless told otherwise. Closed by `drop`, if it is still open then. */
  openAs(role: DatabaseRole, options?: OpenOptions): Promise<Database>;
  /** One statement as the owner, past row-level security. */
  asOwner<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** A plain connection with a service's login, for statements that no repository would make. Close it yourself. */
  connectAs(role: DatabaseRole): Promise<Client>;
  /** From now on mosaic.now() is this much ahead of the real time. */
  setClockOffset(milliseconds: number): Promise<void>;
  /**
   * mosaic.now() stands still, this much ahead of the real time, until `setClockOffset` lets it go on: no wait passes however
   * slow the machine is.
   */
  stopClock(aheadMs?: number): Promise<void>;
  drop(): Promise<void>;
}

const OBJECT_IN_USE = "55006";
const clusterSchema = z.object({ folder: z.string(), ownerUrl: z.string(), rootKeyText: z.string() });

export const useDatabase = () => useWorld(async (ends) => ends.adopt(await createTestDatabase(), ({ drop }) => drop()));

/** The database as a service sees it. */
export const useService = (database: TestDatabase, role: DatabaseRole, options?: OpenOptions) =>
  useWorld(() => database.openAs(role, options));

export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster: TestCluster = clusterSchema.parse(JSON.parse(process.env[CLUSTER_VARIABLE] ?? "null"));
  const name = `mosaic_test_${randomBytes(6).toString("hex")}`;
  const rootKey = parseRootKey(cluster.rootKeyText);
  const ownerUrl = urlOf(cluster, name);
  const opened: Database[] = [];
  await inMaintenance(cluster, [`CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE ${TEMPLATE_DATABASE}`]);
  await migrate({ ownerUrl, rootKey, connectTimeoutMs: PATIENT.connectTimeoutMs });

  const asOwner = async <Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
    withClient(ownerUrl, async (client) => (await client.query<Row>(text, [...parameters])).rows);

  const setClock = async (time: string): Promise<void> => {
    await asOwner(
      `CREATE OR REPLACE FUNCTION mosaic.now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog
       AS $$ SELECT ${time} $$`,
    );
  };

  // Copies would share the template's id, and with it what tests leave in the container engine.
  await asOwner("UPDATE mosaic.system_config SET value = to_jsonb(gen_random_uuid()) WHERE key = 'installation.id'");
  return {
    ownerUrl,
    rootKey,
    rootKeyText: cluster.rootKeyText,
    asOwner,
    async openAs(role, options = {}) {
      const database = await openDatabase({ url: ownerUrl, role, rootKey, ...PATIENT, ...options });
      opened.push(database);
      return database;
    },
    async connectAs(role) {
      const client = new Client({ ...serviceConnection(ownerUrl, rootKey, role) });
      await client.connect();
      return client;
    },
    setClockOffset: (milliseconds) => setClock(`clock_timestamp() + interval '${Math.round(milliseconds)} milliseconds'`),
    stopClock: (aheadMs = 0) => setClock(`timestamptz '${new Date(Date.now() + aheadMs).toISOString()}'`),
    async drop() {
      await Promise.all(opened.map((database) => database.close()));
      const logins = SERVICE_ROLES.map((role) => escapeIdentifier(serviceLogin(rootKey, name, role).name));
      await inMaintenance(cluster, [
        `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`,
        `DROP ROLE IF EXISTS ${logins.join(", ")}`,
      ]);
    },
  };
}

function urlOf(cluster: TestCluster, database: string): string {
  const url = new URL(cluster.ownerUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Postgres waits five seconds for the ends of other connections to the database; a busy machine may take longer. */
async function inMaintenance(cluster: TestCluster, statements: readonly string[]): Promise<void> {
  const isInUse = (error: unknown): boolean => error instanceof DatabaseError && error.code === OBJECT_IN_USE;
  await withClient(urlOf(cluster, "postgres"), async (client) => {
    for (const statement of statements) {
      let problem: unknown = null;
      const isDone = async (): Promise<boolean> => {
        problem = await client.query(statement).then(
          () => null,
          (error: unknown) => error,
        );
        return !isInUse(problem);
      };
      await waitFor(isDone, { timeoutMs: PATIENT.connectTimeoutMs, what: "nobody else is connected to the database" });
      if (problem !== null) throw problem;
    }
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
