// SQL as the api's own login, as an injection would run it: it makes nobody an administrator, and nobody somebody else.
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcrypt";
import { newSessionToken } from "../../../adapters/crypto/credentials.ts";
import { writeAuthorised } from "../../../db/core/authority.ts";
import type { Database } from "../../../db/core/database.ts";
import { admitChat } from "../../../db/core/admission.ts";
import { insertApiKey, resolveApiKey, revokeApiKey } from "../../../db/keys/api-keys.ts";
import { insertInvite, revokeInvite } from "../../../db/people/invites.ts";
import { insertSession, resolveSession } from "../../../db/sign-in/sessions.ts";
import { setConfig } from "../../../db/installation/system-config.ts";
import { addUser, useAdmin, useApi } from "../../support/core/api.ts";
import { addPerson, type Person } from "../../support/people/people.ts";
import { useWorld } from "../../support/core/use-world.ts";

const FORBIDDEN = { code: "42501" };
const TIMEOUT_MS = 180_000;

const api = useApi();
const root = useAdmin(api);
const injected = useWorld(async (ends) => ends.adopt(await api.database.connectAs("api"), (client) => client.end()));
let db: Database;
let admin: Person;
let member: Person;

beforeAll(async () => {
  db = await api.database.openAs("api");
  [admin, member] = [await addPerson(db, "admin"), await addPerson(db)];
}, TIMEOUT_MS);

const run = (sql: string, parameters: unknown[] = []) => injected.query(sql, parameters);

async function openSession(person: Person) {
  const token = newSessionToken();
  const tokenHash = db.tokens.hash(token);
  const facts = { tokenHash, systemRole: "member" as const, remoteAddress: null, userAgent: null };
  await db.globally((tx) => insertSession(tx, { ...facts, userId: person.userId }));
  return { tokenHash, hashes: db.tokens.candidates(token) };
}

describe("a session", () => {
  test("cannot be put into another user's row: the api's login inserts none and changes none", async () => {
    const { tokenHash } = await openSession(member);
    const move = `WITH gone AS (DELETE FROM mosaic.sessions WHERE id = $1 RETURNING *)
      INSERT INTO mosaic.sessions (id, proof, user_id, expires_at) SELECT id, proof, $2, expires_at FROM gone`;
    await expect(run(move, [tokenHash, admin.userId])).rejects.toMatchObject(FORBIDDEN);
    await expect(run("UPDATE mosaic.sessions SET user_id = $2 WHERE id = $1", [tokenHash, admin.userId])).rejects.toMatchObject(
      FORBIDDEN,
    );
    const insert = "INSERT INTO mosaic.sessions (id, proof, user_id, expires_at) VALUES ($1, '', $2, now() + interval '1 day')";
    await expect(run(insert, [randomBytes(32), admin.userId])).rejects.toMatchObject(FORBIDDEN);
  });

  test("that was moved all the same, by whoever may, resolves to nobody", async () => {
    const { tokenHash, hashes } = await openSession(member);
    expect(await resolveSession(db, hashes)).toMatchObject({ userId: member.userId });
    await api.database.asOwner("UPDATE mosaic.sessions SET user_id = $2 WHERE id = $1", [tokenHash, admin.userId]);
    expect(await resolveSession(db, hashes)).toBeNull();
    expect(await admitChat(db, { carrier: "session", hashes })).toBeNull();
  });
});

describe("a personal key", () => {
  const keyOf = async (person: Person) => {
    const input = { userId: person.userId, name: "k", scopes: ["chat:send" as const], expiresAt: null };
    const { row, apiKey } = await db.asTenant(person.tenant, (tx) => insertApiKey(tx, input));
    return { keyId: row.keyId, hashes: db.tokens.candidates(apiKey) };
  };

  test("cannot be made for another user", async () => {
    const { hashes } = await keyOf(member);
    await run("BEGIN");
    await run("SELECT set_config('mosaic.tenant', $1, true)", [admin.tenant]);
    const insert = `INSERT INTO mosaic.personal_api_keys (id, tenant, user_id, key_id, name, hash, last_four, scopes)
      VALUES ($1, $2, $3, 'mpk_forged', 'x', $4, '', '{chat:send}')`;
    const forged = run(insert, [randomUUID(), admin.tenant, admin.userId, hashes[0]]);
    await expect(forged).rejects.toMatchObject(FORBIDDEN);
    await run("ROLLBACK");
  });

  test("that was moved all the same resolves to nobody; one from before there were proofs works", async () => {
    const [moved, old] = [await keyOf(member), await keyOf(member)];
    await api.database.asOwner("UPDATE mosaic.personal_api_keys SET user_id = $2, tenant = $3 WHERE key_id = $1", [
      ...[moved.keyId, admin.userId, admin.tenant],
    ]);
    expect(await resolveApiKey(db, moved)).toBeNull();
    expect(await admitChat(db, { carrier: "key", ...moved })).toBeNull();
    await api.database.asOwner("UPDATE mosaic.personal_api_keys SET proof = NULL WHERE key_id = $1", [old.keyId]);
    expect(await resolveApiKey(db, old)).toMatchObject({ userId: member.userId });
  });

  test("that was revoked cannot be brought back", async () => {
    const { keyId } = await keyOf(member);
    await db.asTenant(member.tenant, (tx) => revokeApiKey(tx, keyId));
    await run("BEGIN");
    await run("SELECT set_config('mosaic.tenant', $1, true)", [member.tenant]);
    const revive = run("UPDATE mosaic.personal_api_keys SET revoked_at = NULL WHERE key_id = $1", [keyId]);
    await expect(revive).rejects.toMatchObject(FORBIDDEN);
    await run("ROLLBACK");
  });
});

test.each([
  ["a role", "UPDATE mosaic.users SET system_role = 'admin' WHERE id = $1"],
  ["a role of a new user", "INSERT INTO mosaic.users (id, name, system_role, is_local_auth) VALUES ($1, 'x', 'admin', true)"],
  ["the id of a user", "UPDATE mosaic.users SET id = gen_random_uuid() WHERE id = $1"],
  ["a local password", "UPDATE mosaic.local_passwords SET password_hash = 'x' WHERE user_id = $1"],
  ["whose a local password is", "UPDATE mosaic.local_passwords SET username = 'x' WHERE user_id = $1"],
  ["a breakglass password", "UPDATE mosaic.breakglass_users SET password_hash = 'x' WHERE user_id <> $1"],
  ["a new breakglass account", "INSERT INTO mosaic.breakglass_users VALUES (gen_random_uuid(), $1, 'x', 'y')"],
  ["a new local password", "INSERT INTO mosaic.local_passwords VALUES ($1, 'x', 'y')"],
  ["an identity", "INSERT INTO mosaic.user_identities (id, user_id, issuer, subject) VALUES (gen_random_uuid(), $1, 'i', 's')"],
  [
    "an invitation",
    `INSERT INTO mosaic.invites (id, token_hash, email, system_role, expires_at, invited_by)
     VALUES (gen_random_uuid(), '\\x01', 'eve@example.test', 'admin', now() + interval '1 day', $1)`,
  ],
  ["who may join", `INSERT INTO mosaic.system_config (key, value) VALUES ('oidc.settings', to_jsonb($1::text))`],
])("%s cannot be written", async (_what, sql) => {
  await expect(run(sql, [member.userId])).rejects.toMatchObject(FORBIDDEN);
});

test("settings of the identity provider that are there are neither changed nor removed", async () => {
  await db.globally((tx) => setConfig(tx, { key: "oidc.revision", value: 7, updatedBy: null }));
  expect((await run("UPDATE mosaic.system_config SET value = '8' WHERE key = 'oidc.revision'")).rowCount).toBe(0);
  expect((await run("DELETE FROM mosaic.system_config WHERE key = 'oidc.revision'")).rowCount).toBe(0);
  const upsert =
    "INSERT INTO mosaic.system_config (key, value) VALUES ('oidc.revision', '8') ON CONFLICT (key) DO UPDATE SET value = '8'";
  await expect(run(upsert)).rejects.toMatchObject(FORBIDDEN);
});

test("an invitation that was used or revoked cannot be opened again", async () => {
  const invite = { tokenHash: randomBytes(32), email: "old@example.test", systemRole: "admin" as const, expiresInHours: 1 };
  const { id } = await db.globally((tx) => insertInvite(tx, { ...invite, invitedBy: admin.userId }));
  await db.globally((tx) => revokeInvite(tx, id));
  await expect(run("UPDATE mosaic.invites SET revoked_at = NULL WHERE id = $1", [id])).rejects.toMatchObject(FORBIDDEN);
  await api.database.asOwner("UPDATE mosaic.invites SET used_at = now() WHERE id = $1", [id]);
  await expect(run("UPDATE mosaic.invites SET used_at = NULL WHERE id = $1", [id])).rejects.toMatchObject(FORBIDDEN);
});

describe("the functions that write in its place", () => {
  const call = (parts: readonly string[], code: Buffer) => run("SELECT auth.set_system_role($1::text[], $2)", [parts, code]);
  const roleOf = async () =>
    await api.database.asOwner("SELECT system_role AS role FROM mosaic.users WHERE id = $1", [member.userId]);

  test("ask for a code that SQL cannot make, nor read the key for", async () => {
    const names = await api.database.asOwner<{ name: string }>(
      `SELECT proname AS name FROM pg_proc WHERE pronamespace = 'auth'::regnamespace AND pg_get_function_identity_arguments(oid) = 'parts text[], code bytea'`,
    );
    expect(names).toHaveLength(12);
    for (const { name } of names)
      await expect(run(`SELECT auth.${name}($1::text[], '\\x00')`, [[member.userId, "admin"]])).rejects.toMatchObject(
        FORBIDDEN,
      );
    await expect(call([member.userId, "admin"], Buffer.alloc(0))).rejects.toMatchObject(FORBIDDEN);
    await expect(run("SELECT secret FROM mosaic.authority")).rejects.toMatchObject(FORBIDDEN);
    expect(await roleOf()).toEqual([{ role: "member" }]);
  });

  test("take a code for its own transaction, function and values alone", async () => {
    const parts = [member.userId, "admin"];
    await run("BEGIN");
    const own = (await run("SELECT pg_current_xact_id()::text AS id")).rows[0].id as string;
    const codes = await db.globally(async (tx) => {
      const [other] = await tx.sql<{ id: string }>("SELECT pg_current_xact_id()::text AS id");
      return [
        tx.authority.code(other?.id ?? "", "set_system_role", parts),
        tx.authority.code(own, "set_password", parts),
        tx.authority.code(own, "set_system_role", [admin.userId, "admin"]),
        tx.authority.code(own, "set_system_role", [`${member.userId}|5:admin`]),
      ];
    });
    for (const code of codes) {
      await run("SAVEPOINT before");
      await expect(call(parts, code)).rejects.toMatchObject(FORBIDDEN);
      await run("ROLLBACK TO before");
    }
    await run("ROLLBACK");
    expect(await roleOf()).toEqual([{ role: "member" }]);
    await expect(
      db.globally(async (tx) => {
        await writeAuthorised(tx, "set_system_role", parts);
        throw new Error("rolled back");
      }),
    ).rejects.toThrow("rolled back");
  });
});

test(
  "a password's hash that was copied into an administrator's row opens nothing",
  async () => {
    const { name } = await addUser(api, root, "copycat");
    const other = await addUser(api, root, "victim");
    await api.database.asOwner(
      `UPDATE mosaic.local_passwords SET password_hash = (SELECT password_hash FROM mosaic.local_passwords WHERE username = $1)
        WHERE username = $2`,
      [name, other.name],
    );
    expect((await api.session().signIn(other.name, `${name} has a long secret`)).status).toBe(401);
    expect((await api.session().signIn(name, `${name} has a long secret`)).status).toBe(201);
  },
  TIMEOUT_MS,
);

test(
  "a password from before hashes were bound keeps working, and is bound by the next sign-in",
  async () => {
    const { name } = await addUser(api, root, "veteran");
    const [pepper] = db.keyring.peppers;
    const digest = createHmac("sha256", pepper?.key ?? "")
      .update("password\0")
      .update("an old password")
      .digest("base64");
    await api.database.asOwner("UPDATE mosaic.local_passwords SET password_hash = $2 WHERE username = $1", [
      ...[name, `v1:${pepper?.id}:${await bcrypt.hash(digest, 4)}`],
    ]);
    const stored = async () =>
      (
        await api.database.asOwner<{ h: string }>("SELECT password_hash AS h FROM mosaic.local_passwords WHERE username = $1", [
          name,
        ])
      )[0]?.h;
    expect((await api.session().signIn(name, "a wrong password")).status).toBe(401);
    expect(await stored()).toMatch(/^v1:/);
    expect((await api.session().signIn(name, "an old password")).status).toBe(201);
    expect(await stored()).toMatch(/^v2:/);
    expect((await api.session().signIn(name, "an old password")).status).toBe(201);
  },
  TIMEOUT_MS,
);
