// Invitations over real HTTP, Postgres and SMTP: bound to an address, usable once, revocable, and useless to anyone else.
import { randomUUID } from "node:crypto";
import { CSRF_HEADER } from "../../../contracts/core/header-names.ts";
import { ADMIN, addUser, useAdmin, useApi } from "../../support/core/api.ts";
import type { Answer } from "../../support/core/api-session.ts";
import { startMailServer, type TestMailServer } from "../../support/core/mail-server.ts";
import { exchange } from "../../support/core/raw-http.ts";

const HOUR_MS = 3_600_000;
const PASSWORD = "a password of my own";
const UNKNOWN_TOKEN = "A".repeat(43);

const api = useApi();
const admin = useAdmin(api);
let mail: TestMailServer;
let names = 0;

beforeAll(async () => {
  mail = await startMailServer();
});
afterEach(async () => {
  await api.database.setClockOffset(0);
});
afterAll(async () => {
  await mail.close();
});

const newName = (): string => `invited-${(names += 1)}`;
const tokenOf = (link: string): string => new URL(link).hash.slice(1);

async function invite(input: object = {}): Promise<{ id: string; token: string; email: string; link: string; mail: string }> {
  const email = `${newName()}@Invite.example`;
  const created = await admin.expect(201, "POST", "/api/invites", { email, ...input });
  return { ...created, token: tokenOf(created.link) };
}
const accept = (token: string, change: object = {}): Promise<Answer> =>
  api.session().call("POST", "/api/invites/accept", { token, username: newName(), password: PASSWORD, ...change });
const pendingEmails = async (): Promise<string[]> =>
  (await admin.expect(200, "GET", "/api/invites")).invites.map(({ email }: { email: string }) => email);

test("an invitation is a link whose token is only in the fragment, and is shown once", async () => {
  const { link, token, email } = await invite();
  expect(new URL(link)).toMatchObject({ pathname: "/invite", search: "", origin: api.url });
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(email).toBe(email.toLowerCase());
  expect(await pendingEmails()).toContain(email);
  expect((await admin.call("GET", "/api/invites")).text).not.toContain(token);
  expect(api.logs()).not.toContain(token);
  for (const table of ["invites", "audit_events"]) {
    expect(await api.database.asOwner(`SELECT 1 FROM mosaic.${table} t WHERE t::text LIKE $1`, [`%${token}%`])).toEqual([]);
  }
});

test("it shows what it offers, and taking it makes the account it is bound to and signs in", async () => {
  const { token, email } = await invite({ systemRole: "admin" });
  expect(await api.session().expect(200, "POST", "/api/invites/lookup", { token })).toMatchObject({
    ...{ email, systemRole: "admin", invitedByName: ADMIN.username },
  });
  const session = api.session();
  const username = newName();
  const opened = await session.expect(201, "POST", "/api/invites/accept", { token, username, name: "Ina", password: PASSWORD });
  expect(opened.user).toMatchObject({ name: "Ina", systemRole: "admin" });
  const profile = await session.expect(200, "GET", "/api/me");
  expect(profile).toMatchObject({ email, emailVerified: false, username, isLocalAuth: true, invitedAt: expect.any(String) });
  expect((await api.session().signIn(username, PASSWORD)).status).toBe(201);
  expect((await admin.expect(200, "GET", "/api/invites?status=used")).invites.map((row: any) => row.email)).toContain(email);
});

test("AC24: of 20 who take it at the same moment one gets it, the others are told that it is gone", async () => {
  const { token, email } = await invite();
  const answers = await Promise.all(Array.from({ length: 20 }, () => accept(token)));
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 410)]);
  expect(await api.database.asOwner("SELECT 1 FROM mosaic.users WHERE email = $1", [email])).toHaveLength(1);
}, 180_000);

test.each(["203.0.113.9", "203.0.113.9:81", "localhost:81", "127.0.0.1"])(
  "without a public URL a Host of %s does not get into the link: the address connected to does",
  async (host) => {
    const body = JSON.stringify({ email: `${randomUUID()}@example.org` });
    const csrf = await admin.expect(200, "GET", "/api/session");
    const head = [
      "POST /api/invites HTTP/1.1",
      `Host: ${host}`,
      `Cookie: ${admin.cookie}`,
      `${CSRF_HEADER}: ${csrf.csrfToken}`,
      "X-Forwarded-Host: 203.0.113.9",
      "Forwarded: host=203.0.113.9",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    ];
    const answer = await exchange({ url: api.url, send: [`${head.join("\r\n")}\r\n\r\n${body}`] });
    expect(answer.status).toBe(201);
    expect(answer.text).toContain(`"link":"${api.url}/invite#`);
  },
);

describe("a link is dead, and all dead links answer alike,", () => {
  test.each(["used", "revoked", "expired", "unknown", "replaced by a newer one", "its maker deactivated"])(
    "when %s",
    async (how) => {
      const invited = await invite();
      const { id, email } = invited;
      const token = how === "unknown" ? UNKNOWN_TOKEN : invited.token;
      if (how === "used") await accept(token);
      if (how === "revoked") await admin.expect(204, "DELETE", `/api/invites/${id}`);
      if (how === "expired") await api.database.setClockOffset(73 * HOUR_MS);
      if (how.startsWith("replaced")) await admin.expect(201, "POST", "/api/invites", { email });
      if (how.startsWith("its maker")) {
        const other = await addUser(api, admin, newName());
        await api.database.asOwner("UPDATE mosaic.invites SET invited_by = $2 WHERE id = $1", [id, other.id]);
        await admin.expect(202, "POST", `/api/users/${other.id}/deactivate`, { reason: "Left." });
      }
      const answers = [await accept(token), await api.session().call("POST", "/api/invites/lookup", { token })];
      const { message } = answers[0]?.json.error ?? {};
      expect(message).toBe("This link no longer works. Ask for a new one.");
      expect(answers.map(({ status, json }) => [status, json.error.code, json.error.message])).toEqual([
        [410, "INVITE_GONE", message],
        [410, "INVITE_GONE", message],
      ]);
    },
  );
});

test("a user name that is taken leaves the invitation open", async () => {
  const { token } = await invite();
  expect((await accept(token, { username: ADMIN.username })).status).toBe(409);
  expect((await accept(token)).status).toBe(201);
});

test.each([{ systemRole: "admin" }, { email: "other@x.example" }, { userId: "x" }, { password: "short" }, { token: "x" }])(
  "who takes it cannot say %j",
  async (change) => {
    const { token } = await invite();
    expect((await accept(token, change)).status).toBe(422);
  },
);

test("an address with an account is not invited, and neither is nonsense", async () => {
  const { token, email } = await invite();
  await accept(token);
  expect((await admin.call("POST", "/api/invites", { email: email.toUpperCase() })).status).toBe(409);
  for (const body of [{ email: "x" }, { email, expiresInHours: 721 }, { email, systemRole: "root" }, {}]) {
    expect((await admin.call("POST", "/api/invites", body)).status).toBe(422);
  }
});

test("a revoked or used invitation cannot be revoked again", async () => {
  const { id } = await invite();
  await admin.expect(204, "DELETE", `/api/invites/${id}`);
  expect((await admin.call("DELETE", `/api/invites/${id}`)).status).toBe(404);
});

describe("the mail server", () => {
  const settings = () => ({
    ...{ host: "127.0.0.1", port: mail.port, security: "none", username: mail.username, password: mail.password },
    from: "fleet@x.example",
  });

  test("is tried before it is kept: a wrong password and a closed port are refused, and change nothing", async () => {
    for (const wrong of [{ password: "wrong" }, { port: 1 }]) {
      const answer = await admin.call("PUT", "/api/system-config/smtp", { ...settings(), ...wrong });
      expect([answer.status, answer.json.error.code]).toEqual([502, "MAIL_FAILED"]);
    }
    expect(await admin.expect(200, "GET", "/api/system-config/smtp")).toEqual({ smtp: null });
  });

  test("of a metadata address is refused before anything is called", async () => {
    expect((await admin.call("PUT", "/api/system-config/smtp", { ...settings(), host: "169.254.169.254" })).status).toBe(422);
  });

  test("sends a mail to try it, and says when it does not arrive or none is set", async () => {
    const to = "admin@x.example";
    const none = await admin.call("POST", "/api/system-config/smtp/test", { to });
    expect([none.status, none.json.error.code]).toEqual([409, "CONFLICT"]);
    await admin.expect(200, "PUT", "/api/system-config/smtp", settings());
    await admin.expect(204, "POST", "/api/system-config/smtp/test", { to });
    expect(mail.mails.at(-1)).toContain(`To: ${to}`);
    await api.database.asOwner(
      "UPDATE mosaic.system_config SET value = jsonb_set(value, '{port}', '1') WHERE key = 'smtp.settings'",
    );
    const failed = await admin.call("POST", "/api/system-config/smtp/test", { to });
    expect([failed.status, failed.json.error.code]).toEqual([502, "MAIL_FAILED"]);
    expect((await admin.call("POST", "/api/system-config/smtp/test", { to: "nobody" })).status).toBe(422);
    await admin.expect(204, "DELETE", "/api/system-config/smtp");
  });

  test("brings the link; its password is never shown, and goes to no other server, port or kind of connection", async () => {
    expect((await invite()).mail).toBe("not_configured");
    const { password: _, ...shown } = settings();
    expect(await admin.expect(200, "PUT", "/api/system-config/smtp", settings())).toEqual({
      smtp: { ...shown, hasPassword: true },
    });
    const invited = await invite();
    expect(invited.mail).toBe("sent");
    expect(mail.mails.at(-1)?.replaceAll(/=\r\n/g, "")).toContain(invited.token);
    const all = (await admin.call("GET", "/api/system-config/smtp")).text + api.logs();
    expect(all).not.toContain(mail.password);
    expect((await admin.expect(200, "PUT", "/api/system-config/smtp", shown)).smtp).toEqual({ ...shown, hasPassword: true });
    for (const elsewhere of [{ host: "localhost" }, { port: 1 }, { security: "starttls" }]) {
      const answer = await admin.call("PUT", "/api/system-config/smtp", { ...shown, ...elsewhere });
      expect([answer.status, answer.json.error.validations?.[0].path]).toEqual([422, "password"]);
    }
  });

  test("that is away does not lose the invitation", async () => {
    await api.database.asOwner(
      "UPDATE mosaic.system_config SET value = jsonb_set(value, '{port}', '1') WHERE key = 'smtp.settings'",
    );
    const invited = await invite();
    expect(invited.mail).toBe("failed");
    expect((await accept(invited.token)).status).toBe(201);
    await admin.expect(204, "DELETE", "/api/system-config/smtp");
    expect((await invite()).mail).toBe("not_configured");
  });
});
