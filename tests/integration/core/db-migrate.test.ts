// Migration of fresh databases: by a superuser and by a mere owner, several at once, and never under a wrong key.
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { parseRootKey } from "../../../adapters/crypto/root-key.ts";
import { openDatabase } from "../../../db/core/database.ts";
import { migrate } from "../../../db/core/migrate.ts";
import { insertProvider, listProviders } from "../../../db/providers/providers.ts";
import { MIGRATIONS } from "../../../migrations/list.ts";
import { createTestDatabase, PATIENT, type TestDatabase } from "../../support/core/database.ts";
import { addPerson, providerInput } from "../../support/people/people.ts";

const { connectTimeoutMs } = PATIENT;

let host: TestDatabase;
const made: string[] = [];

beforeAll(async () => {
  host = await createTestDatabase();
});
afterAll(async () => {
  for (const name of made) {
    await host.asOwner(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await host.asOwner(`DROP ROLE IF EXISTS ${name}_api_login, ${name}_worker_login, ${name}_fleet_login`);
    await host.asOwner(`DROP ROLE IF EXISTS ${name}_owner`);
  }
  await host?.drop();
});

async function emptyDatabase(): Promise<{ name: string; url: string }> {
  const name = `mosaic_test_${randomBytes(6).toString("hex")}`;
  made.push(name);
  await host.asOwner(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(host.ownerUrl);
  url.pathname = `/${name}`;
  return { name, url: url.href };
}

test("six starts at once on an empty database migrate it once", async () => {
  const { url } = await emptyDatabase();
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, () => migrate({ ownerUrl: url, rootKey: host.rootKey, connectTimeoutMs })),
  );
  expect(outcomes.flatMap((outcome) => outcome.applied)).toEqual(MIGRATIONS.map(({ name }) => name));
  const api = await openDatabase({ url, role: "api", rootKey: host.rootKey, ...PATIENT });
  await api.close();
});

test("two databases of one cluster are migrated at the same moment", async () => {
  const [first, second] = [await emptyDatabase(), await emptyDatabase()];
  const outcomes = await Promise.all(
    [first, second].map(({ url }) => migrate({ ownerUrl: url, rootKey: host.rootKey, connectTimeoutMs })),
  );
  expect(outcomes.map((outcome) => outcome.applied.length)).toEqual([MIGRATIONS.length, MIGRATIONS.length]);
});

test("an owner that is no superuser but may make roles can migrate, the services work, and it sees no tenant's row itself", async () => {
  const { name, url } = await emptyDatabase();
  await host.asOwner(`CREATE ROLE ${name}_owner LOGIN CREATEROLE PASSWORD 'owner'`);
  // What Postgres grants by itself to the maker of a role; here the cluster's roles exist already.
  await host.asOwner(
    `GRANT mosaic_api, mosaic_worker, mosaic_fleet, mosaic_auth TO ${name}_owner WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
  );
  await host.asOwner(`ALTER DATABASE ${name} OWNER TO ${name}_owner`);
  const owner = new URL(url);
  [owner.username, owner.password] = [`${name}_owner`, "owner"];
  await migrate({ ownerUrl: owner.href, rootKey: host.rootKey, connectTimeoutMs });
  expect(await migrate({ ownerUrl: owner.href, rootKey: host.rootKey, connectTimeoutMs })).toEqual({ applied: [] });

  const api = await openDatabase({ url: owner.href, role: "api", rootKey: host.rootKey, ...PATIENT });
  const person = await addPerson(api);
  await api.asTenant(person.tenant, (tx) => insertProvider(tx, providerInput()));
  expect(await api.asTenant(person.tenant, (tx) => listProviders(tx))).toHaveLength(1);
  expect(await api.call("auth.password_login", [person.username])).toHaveLength(1);
  await api.close();

  const client = new Client({ connectionString: owner.href });
  await client.connect();
  const { rows } = await client.query("SELECT * FROM mosaic.llm_providers");
  await client.end();
  expect(rows).toEqual([]);
});

test("a role that may not make roles is told what it lacks", async () => {
  const { name, url } = await emptyDatabase();
  await host.asOwner(`CREATE ROLE ${name}_owner LOGIN PASSWORD 'owner'`);
  await host.asOwner(`ALTER DATABASE ${name} OWNER TO ${name}_owner`);
  const owner = new URL(url);
  [owner.username, owner.password] = [`${name}_owner`, "owner"];
  await expect(migrate({ ownerUrl: owner.href, rootKey: host.rootKey })).rejects.toMatchObject({
    ...{ code: "CONFIG_INVALID", message: expect.stringContaining("CREATEROLE") },
  });
});

test("a wrong root key is one clear line and changes nothing", async () => {
  const before = await host.asOwner(
    "SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE current_database() || '%' ORDER BY 1",
  );
  const migrating = migrate({ ownerUrl: host.ownerUrl, rootKey: parseRootKey("w".repeat(32)) });
  await expect(migrating).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(/^MOSAIC_SECRET_KEY is not the key[^\n]*$/),
  });
  expect(
    await host.asOwner("SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE current_database() || '%' ORDER BY 1"),
  ).toEqual(before);
  expect(before).toHaveLength(3);
});

test("an address that is none, or where nobody answers, says so without repeating it", async () => {
  await expect(migrate({ ownerUrl: "mysql://u:canary@h/d", rootKey: host.rootKey })).rejects.toMatchObject({
    ...{ code: "CONFIG_INVALID", message: expect.not.stringContaining("canary") },
  });
  await expect(migrate({ ownerUrl: "postgres://u:canary@127.0.0.1:1/d", rootKey: host.rootKey })).rejects.toMatchObject({
    code: "DATABASE_UNAVAILABLE",
  });
});
