// The ORM's configuration: explicit entities and migrations, types as the code wants them, no output of its own.
import { join } from "node:path";
import { MikroORM, type Options } from "@mikro-orm/postgresql";
import { Migrator } from "@mikro-orm/migrations";
import { TypeOverrides, type Pool } from "pg";
import { MIGRATIONS } from "../../migrations/list.ts";
import { ENTITIES } from "../entities.ts";
import type { Connection } from "./login.ts";

const INT8_OID = 20;
const TIMESTAMPTZ_OID = 1184;

export interface PoolSettings {
  readonly poolMax: number;
  /** For a connection from the pool or a new one. */
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
  readonly applicationName: string;
  onPoolCreated(pool: Pool): void;
}

/** Does not connect yet. */
export function createOrm(connection: Connection, settings: PoolSettings): MikroORM {
  const { host, port, user, password, database, ssl } = connection;
  return new MikroORM({
    ...ormOptions(database),
    host,
    port,
    user,
    password,
    pool: { min: 0, max: settings.poolMax },
    driverOptions: {
      ssl,
      types: typeOverrides(),
      application_name: settings.applicationName,
      connectionTimeoutMillis: settings.connectTimeoutMs,
      statement_timeout: settings.statementTimeoutMs,
      // The server's limit comes first; this one ends the wait for a server that does not answer at all.
      query_timeout: settings.statementTimeoutMs + settings.connectTimeoutMs,
      idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs,
      onPoolCreated: settings.onPoolCreated,
    },
  });
}

/** Everything that does not depend on who connects. */
export function ormOptions(database: string, entities: typeof ENTITIES = ENTITIES): Options {
  return {
    entities,
    dbName: database,
    baseDir: join(import.meta.dirname, "../.."),
    schema: "mosaic",
    extensions: [Migrator],
    // The ORM would print to the console, statements with their values among it.
    logger: () => undefined,
    debug: false,
    discovery: { warnWhenNoEntities: true },
    migrations: {
      path: "migrations",
      pathTs: "migrations",
      tableName: "migrations",
      schema: "mosaic",
      migrationsList: MIGRATIONS,
      snapshotName: ".snapshot-mosaic",
      snapshot: true,
      snapshotOnMigrate: false,
      emit: "ts",
      transactional: true,
      allOrNothing: true,
      disableForeignKeys: false,
    },
    schemaGenerator: { disableForeignKeys: false, createForeignKeyConstraints: false },
  };
}

/** bigint as number (ours stay far below 2^53) and timestamptz as Date, also in statements that the ORM does not build. */
function typeOverrides(): TypeOverrides {
  const types = new TypeOverrides();
  types.setTypeParser(INT8_OID, Number);
  types.setTypeParser(TIMESTAMPTZ_OID, (text) => new Date(text));
  return types;
}
