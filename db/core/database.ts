// The way to Postgres: one transaction per unit of work, the tenant set in it, and one shared LISTEN connection.
import { createHash } from "node:crypto";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { CompiledQuery } from "kysely";
import type { Pool } from "pg";
import type { Keyring } from "../../adapters/crypto/keyring.ts";
import type { RootKey } from "../../adapters/crypto/root-key.ts";
import { createSecretBox } from "../../adapters/crypto/secret-box.ts";
import { createTokenHasher } from "../../adapters/crypto/token-hasher.ts";
import type { SecretBox, TokenHasher } from "../../contracts/core/secret.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { createAuthority, type Authority } from "./authority.ts";
import { Bell, type Ring } from "./bell.ts";
import { databaseUnavailable, toDatabaseError } from "./database-error.ts";
import { Listener } from "./listener.ts";
import { serviceConnection } from "./login.ts";
import { createOrm } from "./orm.ts";
import { endWhenSilent } from "./silent-connections.ts";
import { loadKeyring, refuseDangerousLogin, toOpenError } from "./opening-checks.ts";
import type { DatabaseRole } from "./login.ts";

/** Runs one statement with $1-style parameters inside the transaction it belongs to. */
export interface Sql {
  <Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** What repositories of tables without a tenant work with: a transaction, or `Database.autocommit`. */
export interface Statements {
  readonly sql: Sql;
  readonly secrets: SecretBox;
  readonly tokens: TokenHasher;
}

export interface GlobalTransaction extends Statements {
  /** For reading and inserting whole rows. Its identity map knows nothing of statements run by `sql`. */
  readonly em: EntityManager;
  readonly authority: Authority;
}

export interface TenantTransaction extends GlobalTransaction {
  readonly tenant: Tenant;
}

export interface Database {
  readonly role: DatabaseRole;
  readonly secrets: SecretBox;
  readonly tokens: TokenHasher;
  readonly keyring: Keyring;
  /** One transaction with the tenant set; row-level security sees nothing else. */
  asTenant<T>(tenant: Tenant, work: (tx: TenantTransaction) => Promise<T>): Promise<T>;
  /** One transaction without a tenant: tenant tables are empty in it (but for the fleet role). */
  globally<T>(work: (tx: GlobalTransaction) => Promise<T>): Promise<T>;
  /**
   * Every statement commits on its own, in one round trip, prepared once per connection: for hot paths whose statements are
   * guarded by their own conditions. Without a tenant, as in `globally`.
   */
  readonly autocommit: Statements;
  /** `SELECT * FROM fn($1, …)` in one round trip, for the look-ups in schema `auth`. `beside`: what is joined to it, a constant. */
  call<Row extends object>(fn: string, parameters: readonly unknown[], beside?: string): Promise<Row[]>;
  /**
   * Listens on a channel; all channels share one connection, which reconnects automatically. After it has reconnected, every
   * listener is called once with "", because it may have missed something. Resolves to the function that ends it, also
   * while Postgres is unavailable.
   */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  /**
   * Tells those who listen, about what is committed already: see bell.ts. Returns at once; it may be lost with this process
   * or its connection.
   */
  ring(channel: string, payload: string): void;
  /** False while notifications are missed, because the connection that listens is being brought back. */
  isListening(): boolean;
  /** @throws FleetError DATABASE_UNAVAILABLE */
  ping(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** DATABASE_URL. Its host, port and database are used; its credentials are not. */
  readonly url: string;
  readonly role: DatabaseRole;
  readonly rootKey: RootKey;
  readonly poolMax?: number;
  readonly statementTimeoutMs?: number;
  /** For a connection from the pool or a new one. */
  readonly connectTimeoutMs?: number;
}

const POOL_MAX = 10;
const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 15_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const AUTH_FUNCTION = /^auth\.[a-z_]+$/;

/**
 * Logs in as the role's own login, checks that it cannot go round row-level security, and opens the keys.
 * @throws FleetError DATABASE_UNAVAILABLE; CONFIG_INVALID when the root key, the login's rights or the schema are wrong.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const connection = serviceConnection(options.url, options.rootKey, options.role);
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
  // The server ends a statement by itself before; its connection is ended before the statement's own deadline here.
  const silenceMs = statementTimeoutMs + connectTimeoutMs / 2;
  let pool: Pool | undefined;
  const orm = createOrm(connection, {
    poolMax: options.poolMax ?? POOL_MAX,
    connectTimeoutMs,
    statementTimeoutMs,
    idleInTransactionTimeoutMs: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    applicationName: `mosaic-${options.role}`,
    onPoolCreated: (created) => {
      pool = created;
      created.on("connect", (client) => endWhenSilent(client, silenceMs));
    },
  });
  try {
    await orm.connect();
    if (pool === undefined) throw new Error("The ORM made no pool.");
    await refuseDangerousLogin(pool);
    const keyring = await loadKeyring(pool, options.rootKey, options.role);
    const listener = new Listener({ ...connection, connectionTimeoutMillis: connectTimeoutMs });
    const authority = createAuthority(options.rootKey);
    return assemble({ role: options.role, orm, pool, keyring, listener, authority });
  } catch (error) {
    await orm.close();
    throw toOpenError(error);
  }
}

interface Parts {
  readonly role: DatabaseRole;
  readonly orm: MikroORM;
  readonly pool: Pool;
  readonly keyring: Keyring;
  readonly listener: Listener;
  readonly authority: Authority;
}

function assemble({ role, orm, pool, keyring, listener, authority }: Parts): Database {
  const secrets = createSecretBox(keyring);
  const tokens = createTokenHasher(keyring);

  const bell = new Bell((rings) => notify(pool, rings));

  const inTransaction = async <T>(work: (tx: GlobalTransaction) => Promise<T>): Promise<T> =>
    converting(() => orm.em.fork().transactional((em) => work({ em, sql: sqlOf(em), secrets, tokens, authority })));

  return {
    role,
    secrets,
    tokens,
    keyring,
    globally: inTransaction,
    autocommit: { sql: (text, parameters) => converting(() => prepared(pool, text, parameters)), secrets, tokens },
    asTenant: (tenant, work) =>
      inTransaction(async (tx) => {
        await tx.sql("SELECT set_config('mosaic.tenant', $1, true)", [tenant]);
        return work({ ...tx, tenant });
      }),
    call: (fn, parameters, beside) => converting(() => callFunction(pool, { fn, parameters, beside })),
    listen: (channel, onPayload) => listener.listen(channel, onPayload),
    ring: (channel, payload) => bell.ring(channel, payload),
    isListening: () => listener.isListening,
    ping: (timeoutMs) => converting(() => pingWithin(pool, timeoutMs)),
    async close() {
      await bell.quiet();
      await listener.close();
      await orm.close();
    },
  };
}

function sqlOf(em: EntityManager): Sql {
  const transaction = em.getKysely();
  return async <Row extends object>(text: string, parameters: readonly unknown[] = []) => {
    const query: CompiledQuery<Row> = CompiledQuery.raw(text, [...parameters]);
    const { rows } = await converting(() => transaction.executeQuery(query));
    return rows;
  };
}

/** Statement texts are constants of the code, so there are few. */
const statementNames = new Map<string, string>();

/** The name makes pg prepare the text once per connection. */
async function prepared<Row extends object>(pool: Pool, text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const name = statementNames.get(text) ?? createHash("sha256").update(text).digest("base64url");
  statementNames.set(text, name);
  const { rows } = await pool.query<Row>({ name, text, values: [...parameters] });
  return rows;
}

interface FunctionCall {
  readonly fn: string;
  readonly parameters: readonly unknown[];
  readonly beside: string | undefined;
}

async function callFunction<Row extends object>(pool: Pool, { fn, parameters, beside = "" }: FunctionCall): Promise<Row[]> {
  if (!AUTH_FUNCTION.test(fn)) throw new Error(`${fn} is no function of schema auth`);
  const places = parameters.map((_, index) => `$${index + 1}`).join(", ");
  return await prepared<Row>(pool, `SELECT * FROM ${fn}(${places})${beside}`, parameters);
}

async function notify(pool: Pool, rings: readonly Ring[]): Promise<void> {
  const columns = [rings.map(({ channel }) => channel), rings.map(({ payload }) => payload)];
  await pool.query(
    "SELECT pg_notify(channel, payload) FROM unnest($1::text[], $2::text[]) AS ring (channel, payload)",
    columns,
  );
}

async function pingWithin(pool: Pool, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(databaseUnavailable("ping timed out")), timeoutMs);
  });
  try {
    await Promise.race([pool.query("SELECT 1"), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function converting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDatabaseError(error);
  }
}
