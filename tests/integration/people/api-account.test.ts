// The caller's account over real HTTP and Postgres: profile, password, sessions, and streams that end with their access.
import { type ChatUser, useChat } from "../../support/turns/chat.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { addUser } from "../../support/core/api.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const TIMEOUT_MS = 180_000;
const bench = useChat();

const secretOf = (name: string): string => `${name} has a long secret`;
const newUser = (name: string) => addUser(bench.api, bench.admin, name);
async function signIn(name: string, password = secretOf(name)): Promise<ApiSession> {
  const session = bench.api.session();
  await session.expect(201, "POST", "/api/session", { username: name, password });
  return session;
}
const statusOf = async (session: ApiSession): Promise<number> => (await session.call("GET", "/api/session")).status;

describe("the profile", () => {
  test("keeps name and preferences; preferences that are not given stay", async () => {
    const { session } = await newUser("profile");
    await session.expect(200, "PATCH", "/api/me", { preferences: { language: "de", shortcuts: false } });
    const changed = await session.expect(200, "PATCH", "/api/me", { name: "Prof", preferences: { colourScheme: "dark" } });
    expect(changed).toMatchObject({ name: "Prof", preferences: { language: "de", shortcuts: false, colourScheme: "dark" } });
    expect(await session.expect(200, "GET", "/api/me")).toEqual(changed);
  });

  test.each([{ systemRole: "admin" }, { email: "x@x.example" }, { preferences: { theme: "x" } }, { id: "x" }])(
    "cannot be given %j",
    async (body) => {
      expect((await bench.admin.call("PATCH", "/api/me", body)).status).toBe(422);
    },
  );
});

describe("a password change", () => {
  afterEach(() => bench.database.setClockOffset(0));

  const change = (session: ApiSession, currentPassword: string, newPassword = "an entirely new password") =>
    session.call("POST", "/api/me/password", { currentPassword, newPassword });

  test("ends all other sessions, and the old password is void", async () => {
    const { session } = await newUser("changer");
    const other = await signIn("changer");
    expect((await change(session, secretOf("changer"))).status).toBe(204);
    expect([await statusOf(session), await statusOf(other)]).toEqual([200, 401]);
    expect((await bench.api.session().signIn("changer", secretOf("changer"))).status).toBe(401);
    await signIn("changer", "an entirely new password");
  });

  test("revokes the caller's keys on request, and nobody else's", async () => {
    const [mine, other] = [await newUser("key-owner"), await newUser("key-other")];
    for (const { session } of [mine, other]) await session.expect(201, "POST", "/api/me/keys", { name: "k" });
    const keysOf = async (session: ApiSession) => (await session.expect(200, "GET", "/api/me/keys")).keys.length;
    const newPassword = "an entirely new password";
    const body = { currentPassword: secretOf("key-owner"), newPassword };
    await mine.session.expect(204, "POST", "/api/me/password", body);
    expect(await keysOf(mine.session)).toBe(1);
    const again = { currentPassword: newPassword, newPassword: "one more new password", revokeKeys: true };
    await mine.session.expect(204, "POST", "/api/me/password", again);
    expect([await keysOf(mine.session), await keysOf(other.session)]).toEqual([0, 1]);
  });

  test("needs the current password, and guessing it waits as a sign-in does", async () => {
    const { session } = await newUser("guessed");
    await bench.database.stopClock();
    const first = await change(session, "a wrong password");
    expect([first.status, first.json.error.validations[0].path]).toEqual([422, "currentPassword"]);
    for (let miss = 2; miss <= 5; miss += 1) await change(session, "a wrong password");
    expect((await change(session, secretOf("guessed"))).status).toBe(429);
  });

  test("takes no password that is guessable", async () => {
    const { session } = await newUser("easy");
    const answer = await change(session, secretOf("easy"), "Password-1234");
    expect([answer.status, answer.json.error.validations[0].path]).toEqual([422, "newPassword"]);
  });
});

describe("the caller's sessions", () => {
  test("are listed without anything that could be used, and end one by one or all others at once", async () => {
    const { session } = await newUser("many");
    const [second, third] = [await signIn("many"), await signIn("many")];
    const answer = await session.call("GET", "/api/me/sessions");
    expect(answer.json.sessions).toHaveLength(3);
    expect(answer.json.sessions.filter((row: any) => row.isCurrent)).toHaveLength(1);
    const [stored] = await bench.database.asOwner<{ id: string }>(
      "SELECT encode(id, 'hex') AS id FROM mosaic.sessions LIMIT 1",
    );
    expect(answer.text).not.toContain(stored?.id ?? "nothing");
    const own = await second.expect(200, "GET", "/api/me/sessions");
    const { id } = own.sessions.find((row: any) => row.isCurrent);
    await session.expect(204, "DELETE", `/api/me/sessions/${id}`);
    expect([await statusOf(second), await statusOf(third)]).toEqual([401, 200]);
    await session.expect(204, "DELETE", "/api/me/sessions");
    expect([await statusOf(session), await statusOf(third)]).toEqual([200, 401]);
  });

  test("AC1: somebody else's cannot be ended", async () => {
    const [mine, theirs] = [await newUser("ends-mine"), await newUser("ends-theirs")];
    const { sessions } = await theirs.session.expect(200, "GET", "/api/me/sessions");
    expect((await mine.session.call("DELETE", `/api/me/sessions/${sessions[0].id}`)).status).toBe(404);
    expect(await statusOf(theirs.session)).toBe(200);
  });
});

describe("AC13: an open stream ends with UNAUTHENTICATED when", () => {
  const TURN = { stream: true, messages: [{ role: "user", content: "hi" }] };

  /** A chat that is held after its first word. */
  async function openChat(
    user: ChatUser,
    headers: Record<string, string>,
    path = "/v1/chat/completions",
  ): Promise<{ readonly text: Promise<string> }> {
    await bench.bringUp(user.tenant);
    bench.gateway.behave({ kind: "held" });
    const before = bench.gateway.completions.length;
    const response = await bench.post(path, path === "/api/chat" ? { message: "hi" } : TURN, headers);
    expect(response.status).toBe(200);
    await waitFor(() => bench.gateway.completions.length > before, { timeoutMs: 60_000, what: "the turn reached the agent" });
    return { text: response.text() };
  }

  const endings: [string, (user: ChatUser) => Promise<unknown>][] = [
    [
      "its key is revoked",
      async (user) => {
        const { keys } = await user.session.expect(200, "GET", "/api/me/keys");
        await user.session.expect(204, "DELETE", `/api/me/keys/${keys[0].keyId}`);
      },
    ],
    [
      "its user is deactivated",
      (user) => bench.admin.expect(202, "POST", `/api/users/${user.id}/deactivate`, { reason: "Left." }),
    ],
    [
      "its key is revoked while all connections of the api are cut, the one that listens among them",
      async (user) => {
        // Nobody is told of the revocation; the connection that comes back must ask.
        await bench.database.asOwner("ALTER TABLE mosaic.personal_api_keys DISABLE TRIGGER access_revoked");
        await bench.database.asOwner("UPDATE mosaic.personal_api_keys SET revoked_at = mosaic.now() WHERE tenant = $1", [
          user.tenant,
        ]);
        await bench.database.asOwner("ALTER TABLE mosaic.personal_api_keys ENABLE TRIGGER access_revoked");
        // Waits for the end of each, so that no request meets a connection that is about to go.
        await bench.database.asOwner(
          `SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE '%_api_login'`,
        );
      },
    ],
  ];

  test.each(endings)(
    "%s",
    async (what, endAccess) => {
      const user = await bench.addUser(`stream-${what.replaceAll(/[^a-z]/g, "").slice(0, 30)}`);
      const { text } = await openChat(user, { authorization: `Bearer ${user.apiKey}` });
      await endAccess(user);
      expect(await text).toContain("Your access has ended.");
      await waitFor(() => bench.gateway.completions.at(-1)?.aborted, {
        timeoutMs: 60_000,
        what: "the agent's run is cancelled",
      });
    },
    TIMEOUT_MS,
  );

  test(
    "its session is ended from another one",
    async () => {
      const user = await bench.addUser("stream-session");
      const other = await signIn("stream-session");
      const session = await user.session.call("GET", "/api/session");
      const headers = { cookie: user.session.cookie, "x-mosaic-csrf": session.json.csrfToken };
      const { text } = await openChat(user, headers, "/api/chat");
      await other.expect(204, "DELETE", "/api/me/sessions");
      expect(await text).toContain("UNAUTHENTICATED");
    },
    TIMEOUT_MS,
  );
});
