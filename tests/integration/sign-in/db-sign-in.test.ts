// Users, sessions, keys, sign-in failures, onboarding, audit: what the api asks before it knows a tenant.
import { randomUUID } from "node:crypto";
import { newSessionToken } from "../../../adapters/crypto/credentials.ts";
import { createPasswordHasher } from "../../../adapters/crypto/passwords.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import type { SystemRole } from "../../../contracts/core/principal.ts";
import { admitChat } from "../../../db/core/admission.ts";
import { findPasswordLogin } from "../../../db/sign-in/password-logins.ts";
import { insertApiKey, listApiKeys, resolveApiKey, revokeApiKey } from "../../../db/keys/api-keys.ts";
import { appendAudit } from "../../../db/audit/audit.ts";
import { purgeAuditEvents } from "../../../db/containers/fleet.ts";
import { claimFirstAdmin, completeOnboarding, onboardingStatus } from "../../../db/installation/onboarding.ts";
import { deleteSession, insertSession, resolveSession } from "../../../db/sign-in/sessions.ts";
import { getConfig, openSecretConfig, setConfig, setSecretConfig } from "../../../db/installation/system-config.ts";
import { insertLocalUser, resetPassword } from "../../../db/people/users.ts";
import { addPerson, type Person } from "../../support/people/people.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const database = useDatabase();
const api = useService(database, "api");

afterEach(async () => {
  await database.setClockOffset(0);
});

describe("sessions", () => {
  async function signIn(person: Person, systemRole: SystemRole = "member"): Promise<Secret> {
    const token = newSessionToken();
    const session = {
      tokenHash: api.tokens.hash(token),
      userId: person.userId,
      systemRole,
      remoteAddress: null,
      userAgent: null,
    };
    await api.globally((tx) => insertSession(tx, session));
    return token;
  }
  const resolve = (token: Secret) => resolveSession(api, api.tokens.candidates(token));

  test("a session resolves to its user until it is deleted", async () => {
    const person = await addPerson(api);
    const token = await signIn(person);
    expect(await resolve(token)).toMatchObject({ userId: person.userId, name: person.username, systemRole: "member" });
    expect(await resolve(newSessionToken())).toBeNull();
    await api.globally((tx) => deleteSession(tx, api.tokens.hash(token)));
    expect(await resolve(token)).toBeNull();
  });

  test.each<[SystemRole, number, number]>([
    ["member", 8, 24],
    ["admin", 1, 12],
  ])("of role %s it ends after %i idle hours, and after %i hours in any case", async (role, idleHours, lifeHours) => {
    const person = await addPerson(api, role);
    const [idle, busy] = [await signIn(person, role), await signIn(person, role)];
    const step = (idleHours * HOUR_MS) / 2;
    for (let at = step; at < lifeHours * HOUR_MS; at += step) {
      await database.setClockOffset(at);
      expect(await resolve(busy)).not.toBeNull();
    }
    expect(await resolve(idle)).toBeNull();
    await database.setClockOffset(lifeHours * HOUR_MS + MINUTE_MS);
    expect(await resolve(busy)).toBeNull();
  });

  test("its use is written at most once a minute", async () => {
    const token = await signIn(await addPerson(api));
    const lastSeen = async () => {
      const [row] = await database.asOwner<{ at: Date }>("SELECT last_seen_at AS at FROM mosaic.sessions WHERE id = $1", [
        api.tokens.hash(token),
      ]);
      return row?.at.getTime() ?? 0;
    };
    const before = await lastSeen();
    await resolve(token);
    expect(await lastSeen()).toBe(before);
    await database.setClockOffset(61_000);
    await resolve(token);
    expect(await lastSeen()).toBeGreaterThan(before);
  });

  test("a deactivated user resolves by no credential", async () => {
    const person = await addPerson(api);
    const token = await signIn(person);
    const { row, apiKey } = await api.asTenant(person.tenant, (tx) =>
      insertApiKey(tx, { userId: person.userId, name: "k", scopes: ["chat:send"], expiresAt: null }),
    );
    const key = { keyId: row.keyId, hashes: api.tokens.candidates(apiKey) };
    expect(await admitChat(api, { carrier: "session", hashes: api.tokens.candidates(token) })).toMatchObject({
      tenant: person.tenant,
      scopes: null,
    });
    await api.globally((tx) => tx.sql("UPDATE mosaic.users SET deactivated_at = mosaic.now() WHERE id = $1", [person.userId]));
    expect(await resolve(token)).toBeNull();
    expect(await resolveApiKey(api, key)).toBeNull();
    expect(await admitChat(api, { carrier: "session", hashes: api.tokens.candidates(token) })).toBeNull();
    expect(await admitChat(api, { carrier: "key", ...key })).toBeNull();
    expect(await findPasswordLogin(api, person.username)).toMatchObject({ deactivated: true });
  });
});

describe("personal API keys", () => {
  async function keyOf(person: Person, expiresAt: Date | null = null) {
    const { row, apiKey } = await api.asTenant(person.tenant, (tx) =>
      insertApiKey(tx, { userId: person.userId, name: "ci", scopes: ["chat:send", "container:read"], expiresAt }),
    );
    return { row, credential: { keyId: row.keyId, hashes: api.tokens.candidates(apiKey) } };
  }

  test("a key resolves to user, tenant and scopes, notes its use, and ends with its revocation", async () => {
    const person = await addPerson(api);
    const { row, credential } = await keyOf(person);
    expect(row).toMatchObject({ name: "ci", scopes: ["chat:send", "container:read"], lastUsedAt: null });
    expect(await resolveApiKey(api, credential)).toMatchObject({
      userId: person.userId,
      tenant: person.tenant,
      scopes: ["chat:send", "container:read"],
    });
    const [listed] = await api.asTenant(person.tenant, (tx) => listApiKeys(tx));
    expect(listed?.lastUsedAt).toBeInstanceOf(Date);
    await api.asTenant(person.tenant, (tx) => revokeApiKey(tx, row.keyId));
    expect(await resolveApiKey(api, credential)).toBeNull();
    expect(await api.asTenant(person.tenant, (tx) => listApiKeys(tx))).toEqual([]);
  });

  test("an expired key, a wrong secret and another key's secret resolve to nobody", async () => {
    const person = await addPerson(api);
    const [first, second] = [await keyOf(person, new Date(Date.now() + HOUR_MS)), await keyOf(person)];
    expect(await resolveApiKey(api, { keyId: first.row.keyId, hashes: second.credential.hashes })).toBeNull();
    expect(await resolveApiKey(api, { keyId: first.row.keyId, hashes: [] })).toBeNull();
    expect(await resolveApiKey(api, first.credential)).not.toBeNull();
    await database.setClockOffset(HOUR_MS + MINUTE_MS);
    expect(await resolveApiKey(api, first.credential)).toBeNull();
  });

  test("somebody else's key cannot be revoked", async () => {
    const { row, credential } = await keyOf(await addPerson(api));
    const other = await addPerson(api);
    await expect(api.asTenant(other.tenant, (tx) => revokeApiKey(tx, row.keyId))).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await resolveApiKey(api, credential)).not.toBeNull();
  });
});

describe("passwords", () => {
  test("a user name is found whatever its case, and is one person's", async () => {
    const hasher = createPasswordHasher(api.keyring);
    const id = randomUUID();
    const passwordHash = await hasher.hash(new Secret("correct horse battery"), id);
    const add = (username: string) =>
      api.globally((tx) => insertLocalUser(tx, { id, username, passwordHash, systemRole: "member" }));
    const user = await add("Clara.S");
    const login = await findPasswordLogin(api, "CLARA.s");
    expect(login).toMatchObject({ userId: user.id, name: "Clara.S", kind: "local", deactivated: false });
    expect(await hasher.verify(new Secret("correct horse battery"), login)).toBe(true);
    await expect(add("clara.s")).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await findPasswordLogin(api, "nobody")).toBeNull();
  });

  test("of ten insertions of one name at once one wins", async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () =>
        api.globally((tx) => insertLocalUser(tx, { username: "race", passwordHash: "h", systemRole: "member" })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(outcomes.every((outcome) => outcome.status === "fulfilled" || outcome.reason.code === "CONFLICT")).toBe(true);
  });

  test("a reset password ends the sessions of its user", async () => {
    const person = await addPerson(api);
    const tokenHash = api.tokens.hash(newSessionToken());
    await api.globally((tx) =>
      insertSession(tx, { tokenHash, userId: person.userId, systemRole: "member", remoteAddress: null, userAgent: null }),
    );
    await api.globally((tx) => resetPassword(tx, { username: person.username.toUpperCase(), passwordHash: "new" }));
    expect(await resolveSession(api, [tokenHash])).toBeNull();
    expect(await findPasswordLogin(api, person.username)).toMatchObject({ passwordHash: "new" });
    await expect(api.globally((tx) => resetPassword(tx, { username: "nobody", passwordHash: "x" }))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

test("of many first administrators one wins, and the others leave nothing behind", async () => {
  expect(await api.globally((tx) => onboardingStatus(tx))).toEqual({ completed: false, adminCreated: false });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) =>
      api.globally((tx) => claimFirstAdmin(tx, { username: `root${index}`, passwordHash: "h" })),
    ),
  );
  const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
  expect(won).toHaveLength(1);
  expect(outcomes.every((outcome) => outcome.status === "fulfilled" || outcome.reason.code === "ONBOARDING_DONE")).toBe(true);
  expect(await database.asOwner("SELECT 1 FROM mosaic.breakglass_users")).toHaveLength(1);
  expect(await api.globally((tx) => getConfig(tx, "onboarding.admin"))).toBe(won[0]?.value.id);
  await api.globally((tx) => completeOnboarding(tx, "x"));
  expect(await api.globally((tx) => onboardingStatus(tx))).toEqual({ completed: true, adminCreated: true });
});

test("settings are typed, secret ones are sealed and bound", async () => {
  await api.globally((tx) => setConfig(tx, { key: "idle.defaultTimeoutMin", value: 5, updatedBy: null }));
  expect(await api.globally((tx) => getConfig(tx, "idle.defaultTimeoutMin"))).toBe(5);
  const setting = {
    key: "oidc.clientSecret",
    secret: new Secret("canary-oidc"),
    binding: "https://issuer.test",
    updatedBy: null,
  } as const;
  await api.globally((tx) => setSecretConfig(tx, setting));
  expect((await api.globally((tx) => openSecretConfig(tx, "oidc.clientSecret", "https://issuer.test")))?.reveal()).toBe(
    "canary-oidc",
  );
  await expect(api.globally((tx) => openSecretConfig(tx, "oidc.clientSecret", "https://evil.test"))).rejects.toMatchObject({
    code: "SECRET_UNREADABLE",
  });
});

test("the audit trail takes events from services, and loses only those past 400 days", async () => {
  const fleet = await database.openAs("fleet");
  const nobody = { actorId: null, actorName: null, targetKind: null, targetId: null, remoteAddress: null, requestId: null };
  await api.globally((tx) =>
    appendAudit(tx, { ...nobody, actorKind: "system", action: "user.create", outcome: "success", detail: { a: 1 } }),
  );
  await fleet.globally((tx) => purgeAuditEvents(tx));
  expect(await database.asOwner("SELECT action, detail FROM mosaic.audit_events")).toEqual([
    { action: "user.create", detail: { a: 1 } },
  ]);
  await database.setClockOffset(401 * 24 * HOUR_MS);
  await api.globally((tx) => appendAudit(tx, { ...nobody, actorKind: "system", action: "user.update", outcome: "success" }));
  await fleet.globally((tx) => purgeAuditEvents(tx));
  expect(await database.asOwner("SELECT action FROM mosaic.audit_events")).toEqual([{ action: "user.update" }]);
});
