// Sign-in, sessions, CSRF, users and keys over real HTTP and Postgres.
import { CSRF_HEADER } from "../../../contracts/core/header-names.ts";
import { createRateLimits } from "../../../api/http/rate-limits.ts";
import { ADMIN, addUser, startTestApi, useAdmin, useApi } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";

const MINUTES = 60_000;

const api = useApi();
const admin = useAdmin(api);

afterEach(async () => {
  await api.database.setClockOffset(0);
});

const withKey = (apiKey: string) => ({ authorization: `Bearer ${apiKey}` });
const anonymous = () => api.session();

describe("sign-in", () => {
  test("gives a cookie that scripts cannot read, and a CSRF token", async () => {
    const answer = await anonymous().signIn(ADMIN.username, ADMIN.password);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("set-cookie")).toMatch(
      /^mosaic_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.json).toMatchObject({ user: { name: "root", systemRole: "admin" } });
    expect(answer.json.csrfToken).toMatch(/^[\w-]{43}$/);
  });

  test("answers alike for a wrong password and an unknown name", async () => {
    const wrong = await anonymous().signIn(ADMIN.username, "not the password");
    const unknown = await anonymous().signIn("nobody-of-that-name", "not the password");
    const withoutId = (text: string) => text.replace(/"requestId":"[^"]+"/, "");
    expect([wrong.status, withoutId(wrong.text)]).toEqual([unknown.status, withoutId(unknown.text)]);
    expect(wrong.status).toBe(401);
  });

  test("makes each further attempt wait after the fifth miss, twice as long every time, for known and unknown names", async () => {
    const user = await addUser(api, admin, "waits");
    await api.database.stopClock();
    for (const name of [user.name, "never-existed"]) {
      for (let miss = 1; miss <= 5; miss += 1) expect((await anonymous().signIn(name, "wrong password")).status).toBe(401);
      const early = await anonymous().signIn(name, "wrong password");
      expect([early.status, early.headers.get("retry-after")]).toEqual([429, "1"]);
    }
    await api.database.stopClock(2_000);
    expect((await anonymous().signIn(user.name, "wrong password")).status).toBe(401);
    const early = await anonymous().signIn(user.name, `${user.name} has a long secret`);
    expect([early.status, early.headers.get("retry-after")]).toEqual([429, "2"]);
    await api.database.stopClock(10_000);
    expect((await anonymous().signIn(user.name, `${user.name} has a long secret`)).status).toBe(201);
  }, 180_000);

  test("refuses a deactivated user, and ends what was open", async () => {
    const user = await addUser(api, admin, "leaver");
    await api.database.asOwner("UPDATE mosaic.users SET deactivated_at = mosaic.now() WHERE id = $1", [user.id]);
    expect((await user.session.call("GET", "/api/session")).status).toBe(401);
    expect((await anonymous().signIn("leaver", "leaver has a long secret")).status).toBe(401);
  });

  test("gives a new session id even when one came along", async () => {
    const { session } = await addUser(api, admin, "fixed");
    const before = session.cookie;
    const answer = await session.signIn("fixed", "fixed has a long secret");
    expect(answer.status).toBe(201);
    expect(session.cookie).not.toBe(before);
    expect((await anonymous().call("GET", "/api/session", undefined, { cookie: before })).status).toBe(401);
  });
});

describe("a session", () => {
  test("ends with sign-out, at once", async () => {
    const { session } = await addUser(api, admin, "signs-out");
    const answer = await session.call("DELETE", "/api/session");
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect((await anonymous().call("GET", "/api/session", undefined, { cookie: session.cookie })).status).toBe(401);
  });

  test("is over after idleness and after its absolute life", async () => {
    const { session } = await addUser(api, admin, "idles");
    await api.database.setClockOffset(8 * 60 * MINUTES + MINUTES);
    expect((await session.call("GET", "/api/session")).status).toBe(401);
  });

  test("is refused when two of its cookies come, for one of them was planted", async () => {
    const { session } = await addUser(api, admin, "planted");
    const cookie = `${session.cookie}; mosaic_session=${"x".repeat(43)}`;
    expect((await anonymous().call("GET", "/api/session", undefined, { cookie })).status).toBe(401);
  });
});

describe("a state-changing call by cookie", () => {
  const body = { personality: "Be brief." };
  test.each<[string, Record<string, string>]>([
    ["without the CSRF header", { [CSRF_HEADER]: "" }],
    ["with another session's CSRF token", { [CSRF_HEADER]: "A".repeat(43) }],
    ["from another site", { "sec-fetch-site": "cross-site" }],
    ["from a sibling site", { "sec-fetch-site": "same-site" }],
    ["from another origin", { origin: "https://evil.test" }],
    ["from an opaque origin", { origin: "null" }],
  ])("%s is refused and changes nothing", async (_name, headers) => {
    const answer = await admin.call("PATCH", "/api/me/agent-config", body, headers);
    expect([answer.status, answer.json.error.code]).toEqual([403, "CSRF_REJECTED"]);
    expect((await admin.expect(200, "GET", "/api/me/agent-config")).personality).toBe("");
  });

  test("as a form is refused", async () => {
    const answer = await fetch(`${api.url}/api/session`, {
      method: "POST",
      body: new URLSearchParams({ username: "a", password: "b" }),
    });
    expect(answer.status).toBe(415);
  });

  test("signing in from another site is refused, so that nobody lands in somebody else's account", async () => {
    const answer = await anonymous().call("POST", "/api/session", ADMIN, { origin: "https://evil.test" });
    expect(answer.status).toBe(403);
  });

  test("from our own page is accepted", async () => {
    const { session } = await addUser(api, admin, "own-page");
    const headers = { origin: api.url, "sec-fetch-site": "same-origin" };
    expect((await session.call("PATCH", "/api/me/agent-config", body, headers)).status).toBe(200);
  });
});

describe("users", () => {
  test("are added by administrators only, and can sign in", async () => {
    const member = await addUser(api, admin, "member");
    const input = { username: "intruder", password: "a long enough password" };
    expect((await member.session.call("POST", "/api/users", input)).status).toBe(403);
    expect((await member.session.call("GET", "/api/users")).status).toBe(403);
    expect((await anonymous().call("GET", "/api/users")).status).toBe(401);
  });

  test("cannot be given fields beyond the form, nor a guessable password", async () => {
    const base = { username: "mass", password: "a long enough password" };
    for (const extra of [
      { id: "x" },
      { isLocalAuth: false },
      { systemRole: "root" },
      { tenant: "human:x" },
      { username: { $ne: null } },
    ]) {
      expect((await admin.call("POST", "/api/users", { ...base, ...extra })).status).toBe(422);
    }
    const guessable = await admin.call("POST", "/api/users", { ...base, password: "Password-1234" });
    expect([guessable.status, guessable.json.error.validations[0].path]).toEqual([422, "password"]);
    expect(await api.database.asOwner("SELECT 1 FROM mosaic.users WHERE name = 'mass'")).toHaveLength(0);
  });

  test("have unique names, whatever the case", async () => {
    await addUser(api, admin, "twice");
    expect((await admin.call("POST", "/api/users", { username: "TWICE", password: "a long enough password" })).status).toBe(
      409,
    );
  });

  test("are listed in pages, and a page past the end is the last one", async () => {
    const page = await admin.expect(200, "GET", "/api/users?limit=1&page=9999");
    expect(page.users).toHaveLength(1);
    expect(page.meta.page).toBe(page.meta.totalPages);
  });
});

describe("personal keys", () => {
  const mint = async (session: ApiSession, input: object) =>
    await session.expect(201, "POST", "/api/me/keys", { name: "k", ...input });

  test("are shown once, found by their public part, and reach what their scopes allow", async () => {
    const { session } = await addUser(api, admin, "keyed");
    const created = await mint(session, { scopes: ["settings:read"] });
    expect(created.apiKey.startsWith(`${created.keyId}_`)).toBe(true);
    expect(JSON.stringify(await session.expect(200, "GET", "/api/me/keys"))).not.toContain(created.apiKey);
    expect((await anonymous().call("GET", "/api/me/providers", undefined, withKey(created.apiKey))).status).toBe(200);
    expect((await anonymous().call("GET", "/api/me/agent", undefined, withKey(created.apiKey))).status).toBe(403);
    expect((await anonymous().call("GET", "/api/session", undefined, withKey(created.apiKey))).status).toBe(403);
    expect(
      await api.database.asOwner("SELECT 1 FROM mosaic.personal_api_keys k WHERE k::text LIKE $1", [`%${created.apiKey}%`]),
    ).toHaveLength(0);
  });

  test("make no key that is wider or lives longer than themselves", async () => {
    const { session } = await addUser(api, admin, "minter");
    const expiresAt = new Date(Date.now() + 10 * MINUTES).toISOString();
    const parent = withKey((await mint(session, { scopes: ["keys:manage"], expiresAt })).apiKey);
    const call = (input: object) => anonymous().call("POST", "/api/me/keys", { name: "child", ...input }, parent);
    expect((await call({ scopes: ["keys:manage", "chat:send"] })).status).toBe(403);
    expect((await call({ scopes: ["keys:manage"], expiresAt: new Date(Date.now() + 20 * MINUTES).toISOString() })).status).toBe(
      403,
    );
    expect((await call({ scopes: ["keys:manage"], expiresAt: null })).status).toBe(403);
    const child = await call({ scopes: ["keys:manage"] });
    expect([child.status, child.json.expiresAt]).toEqual([201, expiresAt]);
  });

  test.each(["revoked", "expired", "altered", "of a deactivated user"])("are void when %s", async (how) => {
    const user = await addUser(api, admin, `void-${how.split(" ")[0]}`);
    const { keyId, apiKey } = await mint(user.session, { scopes: ["settings:read"] });
    if (how === "revoked") await user.session.expect(204, "DELETE", `/api/me/keys/${keyId}`);
    if (how === "expired")
      await api.database.asOwner("UPDATE mosaic.personal_api_keys SET expires_at = mosaic.now() WHERE key_id = $1", [keyId]);
    if (how.startsWith("of a"))
      await api.database.asOwner("UPDATE mosaic.users SET deactivated_at = mosaic.now() WHERE id = $1", [user.id]);
    const shown = how === "altered" ? `${apiKey.slice(0, -1)}${apiKey.endsWith("a") ? "b" : "a"}` : apiKey;
    expect((await anonymous().call("GET", "/api/me/providers", undefined, withKey(shown))).status).toBe(401);
  });

  test("cannot be sent together with a cookie", async () => {
    const { session } = await addUser(api, admin, "both");
    const { apiKey } = await mint(session, { scopes: ["settings:read"] });
    expect((await session.call("GET", "/api/me/providers", undefined, withKey(apiKey))).status).toBe(400);
  });

  test("need no CSRF token, because no browser sends them by itself", async () => {
    const { session } = await addUser(api, admin, "headless");
    const { apiKey } = await mint(session, { scopes: ["settings:write"] });
    expect((await anonymous().call("PATCH", "/api/me/agent-config", { personality: "Be kind." }, withKey(apiKey))).status).toBe(
      200,
    );
  });
});

test("behind https the cookie is bound to the host and the origin is the public one", async () => {
  const other = await startTestApi(api.database, { env: { MOSAIC_PUBLIC_URL: "https://fleet.example.org" } });
  try {
    const session = other.session();
    const answer = await session.call("POST", "/api/session", ADMIN, { origin: "https://fleet.example.org" });
    expect(answer.headers.get("set-cookie")).toMatch(/^__Host-mosaic_session=.*; Secure$/);
    expect(answer.headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
    expect((await session.call("POST", "/api/session", ADMIN, { origin: "https://fleet.example.org.evil.test" })).status).toBe(
      403,
    );
  } finally {
    await other.close();
  }
});

test("too many calls answer 429 with the time to wait, each caller for itself", async () => {
  const other = await startTestApi(api.database, { limits: createRateLimits({ write: 2 }) });
  try {
    const patch = (session: ApiSession) => session.call("PATCH", "/api/me/agent-config", {});
    const [first, second] = [other.session(), other.session()];
    await addUser(api, admin, "slow");
    await first.signIn(ADMIN.username, ADMIN.password);
    await second.signIn("slow", "slow has a long secret");
    expect([(await patch(first)).status, (await patch(first)).status]).toEqual([200, 200]);
    const limited = await patch(first);
    expect([limited.status, limited.json.error.code]).toEqual([429, "RATE_LIMITED"]);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await patch(second)).status).toBe(200);
  } finally {
    await other.close();
  }
});

test("a reset voids the keys only when asked to, and the audit log says how many", async () => {
  const user = await addUser(api, admin, "reset-keys");
  for (const name of ["one", "two"]) await user.session.expect(201, "POST", "/api/me/keys", { name });
  const reset = (body?: object) => admin.expect(200, "POST", `/api/users/${user.id}/password-reset`, body);
  const left = () =>
    api.database.asOwner("SELECT 1 FROM mosaic.personal_api_keys WHERE user_id = $1 AND revoked_at IS NULL", [user.id]);
  const preview = async () => (await admin.expect(200, "GET", `/api/users/${user.id}/password-reset`)).keys;
  expect(await preview()).toBe(2);
  expect((await reset()).keysRevoked).toBe(0);
  expect((await reset({ revokeKeys: false })).keysRevoked).toBe(0);
  expect(await left()).toHaveLength(2);
  expect((await reset({ revokeKeys: true })).keysRevoked).toBe(2);
  expect(await left()).toEqual([]);
  expect(await preview()).toBe(0);
  const [row] = await api.database.asOwner<{ detail: object }>(
    "SELECT detail FROM mosaic.audit_events WHERE action = 'user.password-reset' AND target_id = $1 ORDER BY occurred_at DESC LIMIT 1",
    [user.id],
  );
  expect(row?.detail).toEqual({ keysRevoked: 2 });
});
