// A caller who loses access during a call: the call does nothing. A caller who never had access leaves a trace.
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { createRateLimits, type RateLimits } from "../../../api/http/rate-limits.ts";
import { CSRF_HEADER } from "../../../contracts/core/header-names.ts";
import { lockUsername, resetPassword } from "../../../db/people/users.ts";
import { addUser, type TestUser, useAdmin, useApi } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { requestText } from "../../support/core/raw-http.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const TIMEOUT_MS = 180_000;
const patience = (what: string) => ({ timeoutMs: 60_000, what });
const real = createRateLimits({ write: 100_000, read: 100_000, signIn: 100_000 });

/** Called when a known caller is counted: the request was let in, and its body is read next. */
let counted: (name: string, key: string) => void = () => undefined;
const limits: RateLimits = {
  ...real,
  async consume(name, key) {
    await real.consume(name, key);
    counted(name, key);
  },
};
const api = useApi({ limits });
const admin = useAdmin(api);

async function addAdmin(username: string): Promise<{ id: string; session: ApiSession; csrf: string }> {
  const { id, session } = await addUser(api, admin, username);
  await admin.expect(200, "PATCH", `/api/users/${id}`, { systemRole: "admin" });
  const { csrfToken } = await session.expect(201, "POST", "/api/session", {
    username,
    password: `${username} has a long secret`,
  });
  return { id, session, csrf: csrfToken };
}

interface Withheld {
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: object;
  readonly callerId: string;
}

/** Sends all but the last byte, waits until the caller was let in, runs `meanwhile`, then sends the rest. */
async function withholdLastByte(call: Withheld, meanwhile: () => Promise<unknown>): Promise<number> {
  const letIn = new Promise<void>((resolve) => {
    counted = (name, key) => void (name === "write" && key === call.callerId && resolve());
  });
  const { hostname, port } = new URL(api.url);
  const socket: Socket = connect(Number(port), hostname);
  const text = JSON.stringify(call.body);
  const lengths = ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`, "Connection: close"];
  socket.write(requestText("POST", call.path, [...call.headers, ...lengths], text.slice(0, -1)));
  await letIn;
  counted = () => undefined;
  await meanwhile();
  socket.write(text.slice(-1));
  const [answer]: Buffer[] = await once(socket, "data");
  socket.destroy();
  return Number(String(answer).slice(9, 12));
}

const lockOut = (id: string) =>
  api.database.asOwner("UPDATE mosaic.users SET deactivated_at = mosaic.now() WHERE id = $1", [id]);
const lockIsAwaited = async (): Promise<boolean> => {
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return (await api.database.asOwner(waiting)).length > 0;
};
const usersNamed = (name: string) => api.database.asOwner("SELECT 1 FROM mosaic.users WHERE name = $1", [name]);

describe("an administrator who withholds the last byte of a new administrator", () => {
  const wanted = (username: string) => ({ username, password: "a long enough password", systemRole: "admin" });
  test.each<[string, number, (id: string) => Promise<unknown>]>([
    ["is locked out meanwhile", 401, lockOut],
    [
      "has their session ended meanwhile",
      401,
      (id) => api.database.asOwner("DELETE FROM mosaic.sessions WHERE user_id = $1", [id]),
    ],
    [
      "loses the role meanwhile",
      403,
      (id) => api.database.asOwner("UPDATE mosaic.users SET system_role = 'member' WHERE id = $1", [id]),
    ],
  ])(
    "and %s has made nobody",
    async (how, status, lose) => {
      const username = `withholds-${how.slice(0, 3).trim()}`;
      const { id, session, csrf } = await addAdmin(username);
      const headers = [`Cookie: ${session.cookie}`, `${CSRF_HEADER}: ${csrf}`];
      const call = { path: "/api/users", headers, body: wanted(`of-${username}`), callerId: id };
      expect(await withholdLastByte(call, () => lose(id))).toBe(status);
      expect(await usersNamed(`of-${username}`)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

test(
  "a key that is revoked while the last byte of a call is withheld makes no further key",
  async () => {
    const user = await addUser(api, admin, "key-holder");
    const key = await user.session.expect(201, "POST", "/api/me/keys", { name: "k", scopes: ["keys:manage"] });
    const headers = [`Authorization: Bearer ${key.apiKey}`];
    const call = { path: "/api/me/keys", headers, body: { name: "child", scopes: ["keys:manage"] }, callerId: user.id };
    const revoke = () => user.session.expect(204, "DELETE", `/api/me/keys/${key.keyId}`);
    expect(await withholdLastByte(call, revoke)).toBe(401);
    expect((await user.session.expect(200, "GET", "/api/me/keys")).keys).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  "a key whose revocation is under way makes no further key",
  async () => {
    const user = await addUser(api, admin, "key-racer");
    const key = await user.session.expect(201, "POST", "/api/me/keys", { name: "k", scopes: ["keys:manage"] });
    const revoker = await api.database.connectAs("api");
    try {
      await revoker.query("BEGIN");
      await revoker.query("SELECT set_config('mosaic.tenant', $1, true)", [`human:${user.id}`]);
      await revoker.query("UPDATE mosaic.personal_api_keys SET revoked_at = mosaic.now() WHERE key_id = $1", [key.keyId]);
      const headers = { authorization: `Bearer ${key.apiKey}` };
      const answer = api.session().call("POST", "/api/me/keys", { name: "child", scopes: ["keys:manage"] }, headers);
      await waitFor(lockIsAwaited, patience("the new key waits for the revocation"));
      await revoker.query("COMMIT");
      expect((await answer).status).toBe(401);
    } finally {
      await revoker.end();
    }
    expect((await user.session.expect(200, "GET", "/api/me/keys")).keys).toEqual([]);
  },
  TIMEOUT_MS,
);

test.each<[string, number, (user: TestUser, password: string) => Promise<{ readonly status: number }>]>([
  ["signs in", 401, ({ name }, password) => api.session().signIn(name, password)],
  [
    "changes it",
    401,
    ({ session }, password) =>
      session.call("POST", "/api/me/password", { currentPassword: password, newPassword: "the thief's own password" }),
  ],
])(
  "who %s with a password that is reset meanwhile gets nothing from it",
  async (how, status, act) => {
    const user = await addUser(api, admin, `reset-${how.slice(0, 5)}`);
    const holder = await api.database.openAs("api");
    const answer = await holder.globally(async (tx) => {
      await lockUsername(tx, user.name);
      const acting = act(user, `${user.name} has a long secret`);
      await waitFor(lockIsAwaited, patience("the password was right, and what follows from it waits"));
      await resetPassword(tx, { username: user.name, passwordHash: "reset" });
      // In an object: the transaction must not wait for it.
      return { acting };
    });
    expect((await answer.acting).status).toBe(status);
    expect(await api.database.asOwner("SELECT 1 FROM mosaic.sessions WHERE user_id = $1", [user.id])).toEqual([]);
    expect(
      await api.database.asOwner("SELECT password_hash FROM mosaic.local_passwords WHERE user_id = $1", [user.id]),
    ).toEqual([{ password_hash: "reset" }]);
  },
  TIMEOUT_MS,
);

test(
  "an administrator who is locked out while their change waits for another one changes nothing",
  async () => {
    const { id, session } = await addAdmin("waits");
    const holder = await api.database.connectAs("api");
    try {
      await holder.query("BEGIN");
      await holder.query("SELECT pg_advisory_xact_lock(hashtextextended('mosaic.administrators', 0))");
      const answer = session.call("POST", "/api/invites", { email: "late@example.org", systemRole: "admin" });
      await waitFor(lockIsAwaited, patience("the change waits for the lock"));
      await lockOut(id);
      await holder.query("COMMIT");
      expect((await answer).status).toBe(401);
    } finally {
      await holder.end();
    }
    expect(await api.database.asOwner("SELECT 1 FROM mosaic.invites WHERE email = 'late@example.org'")).toEqual([]);
  },
  TIMEOUT_MS,
);

test("a member at an administrator's door is on record, with name and action, until they are refused for trying too often", async () => {
  const { id, session } = await addUser(api, admin, "curious");
  const refused = await session.call("POST", "/api/users", { username: "x", password: "a long enough password" });
  expect(refused.status).toBe(403);
  const rows = () =>
    api.database.asOwner(
      "SELECT actor_name, action, outcome, detail->>'code' AS code FROM mosaic.audit_events WHERE actor_id = $1 AND outcome = 'denied'",
      [id],
    );
  expect(await rows()).toEqual([{ actor_name: "curious", action: "user.create", outcome: "denied", code: "FORBIDDEN" }]);
  let last = refused;
  for (let call = 0; call < 100 && last.status === 403; call += 1) last = await session.call("POST", "/api/users", {});
  expect([last.status, last.json.error.code]).toEqual([429, "RATE_LIMITED"]);
  const kept = (await rows()).length;
  await session.call("POST", "/api/users", {});
  expect(await rows()).toHaveLength(kept);
});
