// Users over real HTTP and Postgres: the list, changes, the guards of the last administrator, deactivation.
import type { Database } from "../../../db/core/database.ts";
import { ensureContainerRow } from "../../../db/containers/containers.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { ADMIN, addUser, useAdmin, useApi } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";

let db: Database;
const api = useApi();
const admin = useAdmin(api);
let adminId: string;

beforeAll(async () => {
  db = await api.database.openAs("api");
  adminId = (await admin.expect(200, "GET", "/api/session")).user.id;
});

const REASON = { reason: "Left the company." };

async function addAdmin(username: string): Promise<{ id: string; session: ApiSession }> {
  const { id, session } = await addUser(api, admin, username);
  await admin.expect(200, "PATCH", `/api/users/${id}`, { systemRole: "admin" });
  await session.expect(201, "POST", "/api/session", { username, password: `${username} has a long secret` });
  return { id, session };
}

async function onlyAdminIs(username: string): Promise<void> {
  await api.database.asOwner("UPDATE mosaic.users SET system_role = 'member' WHERE name <> $1", [username]);
}

afterEach(async () => {
  await api.database.asOwner("UPDATE mosaic.users SET system_role = 'admin', deactivated_at = NULL WHERE id = $1", [adminId]);
});

describe("the list", () => {
  const names = async (query: string): Promise<string[]> =>
    (await admin.expect(200, "GET", `/api/users?${query}`)).users.map(({ name }: { name: string }) => name);

  beforeAll(async () => {
    const people = [
      { username: "list-carla", name: "Carla 100% Fuchs", email: "carla@list.example" },
      { username: "list-dora", name: "Dora_Fuchs", email: "dora@list.example" },
      { username: "list-emil", name: "Emil", email: "emil@other.example" },
    ];
    for (const person of people) {
      await admin.expect(201, "POST", "/api/users", { ...person, password: "a rather long password" });
    }
  });

  test.each([
    ["a part of the name, whatever the case", "search=fuchs&sort=name", ["Carla 100% Fuchs", "Dora_Fuchs"]],
    ["a part of the e-mail address", "search=LIST.example&sort=name&order=desc", ["Dora_Fuchs", "Carla 100% Fuchs"]],
    ["a part of the user name", "search=list-em", ["Emil"]],
    ["a percent sign as it stands", "search=0%25", ["Carla 100% Fuchs"]],
    ["an underscore as it stands", "search=a_f", ["Dora_Fuchs"]],
    ["nothing for a text that matches nobody", "search=%5C", []],
  ])("finds %s", async (_what, query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test("is filtered by role and status", async () => {
    expect(await names("role=admin")).toEqual([ADMIN.username]);
    const { id } = await addUser(api, admin, "list-gone");
    await admin.expect(202, "POST", `/api/users/${id}/deactivate`, REASON);
    expect(await names("status=deactivated")).toEqual(["list-gone"]);
    expect(await names("status=active&search=list-gone")).toEqual([]);
  });

  test("gives the last valid page for one past the end, also after rows have gone", async () => {
    const first = await admin.expect(200, "GET", "/api/users?limit=2&page=1");
    const last = await admin.expect(200, "GET", "/api/users?limit=2&page=9999");
    expect(last.meta).toEqual({
      page: first.meta.totalPages,
      limit: 2,
      total: first.meta.total,
      totalPages: first.meta.totalPages,
    });
    expect(last.users.length).toBeGreaterThan(0);
    expect((await admin.expect(200, "GET", "/api/users?search=matches-nobody&page=3")).meta).toEqual({
      ...{ page: 1, limit: 50, total: 0, totalPages: 1 },
    });
  });

  test("shows every field, and no secret", async () => {
    const answer = await admin.call("GET", "/api/users?search=list-carla");
    expect(answer.json.users).toEqual([
      {
        ...{ id: expect.any(String), name: "Carla 100% Fuchs", username: "list-carla", email: "carla@list.example" },
        ...{ emailVerified: false, image: null, systemRole: "member", status: "active", isLocalAuth: true },
        ...{ createdAt: expect.any(String), deactivatedAt: null, invitedAt: null, invitedBy: null, lastSignInAt: null },
        ...{ workspaceMemberships: [], isLastAdmin: false },
      },
    ]);
    expect(answer.text).not.toMatch(/hash|\$2b\$/);
  });

  test.each(["limit=0", "limit=101", "page=0", "role=root", "status=x", "sort=password_hash", "extra=1", "search[]=x"])(
    "refuses the query %s",
    async (query) => {
      expect((await admin.call("GET", `/api/users?${query}`)).status).toBe(422);
    },
  );
});

describe("a change", () => {
  test("of name and address shows at once; a new address counts as unverified, a taken one is refused", async () => {
    const { id } = await addUser(api, admin, "change-ann");
    await api.database.asOwner("UPDATE mosaic.users SET email = 'a@x.example', email_verified = true WHERE id = $1", [id]);
    const changed = await admin.expect(200, "PATCH", `/api/users/${id}`, { name: "Ann", email: "Ann@X.example" });
    expect(changed).toMatchObject({ name: "Ann", email: "ann@x.example", emailVerified: false });
    const other = await addUser(api, admin, "change-other");
    const taken = await admin.call("PATCH", `/api/users/${other.id}`, { email: "ANN@x.example" });
    expect([taken.status, taken.json.error.code]).toEqual([409, "CONFLICT"]);
  });

  test("of the role ends the user's sessions", async () => {
    const { id, session } = await addUser(api, admin, "change-role");
    await admin.expect(200, "PATCH", `/api/users/${id}`, { systemRole: "admin" });
    expect((await session.call("GET", "/api/session")).status).toBe(401);
  });

  test.each([{ id: "x" }, { tenant: "human:x" }, { systemRole: "root" }, { isLocalAuth: false }, { deactivatedAt: null }])(
    "cannot set %j",
    async (body) => {
      expect((await admin.call("PATCH", `/api/users/${adminId}`, body)).status).toBe(422);
    },
  );

  test("of somebody who does not exist answers 404, as does an id that is none", async () => {
    for (const id of ["00000000-0000-4000-8000-000000000000", "x"]) {
      expect((await admin.call("PATCH", `/api/users/${id}`, { name: "X" })).status).toBe(404);
      expect((await admin.call("GET", `/api/users/${id}`)).status).toBe(404);
      expect((await admin.call("POST", `/api/users/${id}/deactivate`, REASON)).status).toBe(404);
      expect((await admin.call("GET", `/api/users/${id}/deactivation`)).status).toBe(404);
    }
  });
});

describe("the guards", () => {
  test("let nobody deactivate or demote themselves", async () => {
    await addAdmin("guard-second");
    const refused = [
      await admin.call("POST", `/api/users/${adminId}/deactivate`, REASON),
      await admin.call("PATCH", `/api/users/${adminId}`, { systemRole: "member" }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([409, 409]);
    expect((await admin.call("GET", "/api/session")).json.user.systemRole).toBe("admin");
  });

  test("keep one administrator when two take each other's role away at the same moment", async () => {
    const other = await addAdmin("guard-race");
    for (let round = 0; round < 5; round += 1) {
      await onlyAdminIs("nobody");
      await api.database.asOwner("UPDATE mosaic.users SET system_role = 'admin' WHERE id IN ($1, $2)", [adminId, other.id]);
      await admin.signIn(ADMIN.username, ADMIN.password);
      await other.session.signIn("guard-race", "guard-race has a long secret");
      const answers = await Promise.all([
        admin.call("PATCH", `/api/users/${other.id}`, { systemRole: "member" }),
        other.session.call("PATCH", `/api/users/${adminId}`, { systemRole: "member" }),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const [left] = await api.database.asOwner("SELECT count(*)::int AS n FROM mosaic.users WHERE system_role = 'admin'");
      expect(left).toEqual({ n: 1 });
    }
    await api.database.asOwner("UPDATE mosaic.users SET system_role = 'admin' WHERE id = $1", [adminId]);
    await admin.signIn(ADMIN.username, ADMIN.password);
  }, 180_000);

  test("keep one administrator when two deactivate each other at the same moment", async () => {
    const other = await addAdmin("guard-race-2");
    await onlyAdminIs("nobody");
    await api.database.asOwner("UPDATE mosaic.users SET system_role = 'admin' WHERE id IN ($1, $2)", [adminId, other.id]);
    const answers = await Promise.all([
      admin.call("POST", `/api/users/${other.id}/deactivate`, REASON),
      other.session.call("POST", `/api/users/${adminId}/deactivate`, REASON),
    ]);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    const [left] = await api.database.asOwner(
      "SELECT count(*)::int AS n FROM mosaic.users WHERE system_role = 'admin' AND deactivated_at IS NULL",
    );
    expect(left).toEqual({ n: 1 });
    await api.database.asOwner("UPDATE mosaic.users SET deactivated_at = NULL WHERE id = $1", [adminId]);
    await admin.signIn(ADMIN.username, ADMIN.password);
  }, 180_000);

  test("mark the last administrator in the list", async () => {
    await onlyAdminIs(ADMIN.username);
    expect((await admin.expect(200, "GET", `/api/users/${adminId}`)).isLastAdmin).toBe(true);
    await addAdmin("guard-third");
    expect((await admin.expect(200, "GET", `/api/users/${adminId}`)).isLastAdmin).toBe(false);
  });
});

describe("a deactivation", () => {
  test("locks the user out at once, and writes down what is left to do in the same transaction", async () => {
    const user = await addUser(api, admin, "off-now");
    const { apiKey } = await user.session.expect(201, "POST", "/api/me/keys", { name: "k", scopes: ["settings:read"] });
    const view = await admin.expect(202, "POST", `/api/users/${user.id}/deactivate`, REASON);
    expect(view).toMatchObject({ state: "running", requestedBy: adminId, reason: REASON.reason });
    expect(view.steps.map(({ step }: { step: string }) => step)).toEqual(["sessions", "keys", "agent"]);
    expect((await user.session.call("GET", "/api/session")).status).toBe(401);
    expect(
      (await api.session().call("GET", "/api/me/providers", undefined, { authorization: `Bearer ${apiKey}` })).status,
    ).toBe(401);
    expect((await api.session().signIn("off-now", "off-now has a long secret")).status).toBe(401);
    const rows = await api.database.asOwner(
      "SELECT topic, payload->>'userId' AS \"userId\" FROM mosaic.outbox WHERE tenant = $1",
      [humanTenant(user.id)],
    );
    expect(rows).toEqual([{ topic: "user.deactivate", userId: user.id }]);
  });

  test("requested twice is done once", async () => {
    const user = await addUser(api, admin, "off-twice");
    const first = await admin.expect(202, "POST", `/api/users/${user.id}/deactivate`, REASON);
    const second = await admin.expect(202, "POST", `/api/users/${user.id}/deactivate`, { reason: "Once more." });
    expect(second).toEqual(first);
    expect(await api.database.asOwner("SELECT 1 FROM mosaic.outbox WHERE tenant = $1", [humanTenant(user.id)])).toHaveLength(1);
  });

  test("that is taken back in the middle is cancelled, and the old sessions stay ended", async () => {
    const user = await addUser(api, admin, "off-on");
    await db.asTenant(humanTenant(user.id), (tx) => ensureContainerRow(tx));
    await admin.expect(202, "POST", `/api/users/${user.id}/deactivate`, REASON);
    expect(await admin.expect(200, "POST", `/api/users/${user.id}/reactivate`)).toMatchObject({ status: "active" });
    expect((await admin.expect(200, "GET", `/api/users/${user.id}/deactivation`)).state).toBe("cancelled");
    expect((await user.session.call("GET", "/api/session")).status).toBe(401);
    expect((await api.session().signIn("off-on", "off-on has a long secret")).status).toBe(201);
  });

  test("revokes the invitations that the user gave", async () => {
    const other = await addAdmin("off-inviter");
    await api.database.asOwner(
      `INSERT INTO mosaic.invites (id, token_hash, email, system_role, expires_at, invited_by)
       VALUES (gen_random_uuid(), '\\x01', 'backdoor@x.example', 'admin', mosaic.now() + interval '1 day', $1)`,
      [other.id],
    );
    await admin.expect(202, "POST", `/api/users/${other.id}/deactivate`, REASON);
    const [invite] = await api.database.asOwner(
      "SELECT revoked_at IS NOT NULL AS revoked FROM mosaic.invites WHERE token_hash = '\\x01'",
    );
    expect(invite).toEqual({ revoked: true });
  });

  test("needs a reason", async () => {
    const { id } = await addUser(api, admin, "off-why");
    expect((await admin.call("POST", `/api/users/${id}/deactivate`, { reason: " x " })).status).toBe(422);
    expect((await admin.call("POST", `/api/users/${id}/deactivate`, {})).status).toBe(422);
  });
});

describe("a password reset", () => {
  test("shows a new password once, ends the sessions, and the old password is void", async () => {
    const user = await addUser(api, admin, "reset-me");
    const { username, password } = await admin.expect(200, "POST", `/api/users/${user.id}/password-reset`);
    expect(username).toBe("reset-me");
    expect((await user.session.call("GET", "/api/session")).status).toBe(401);
    expect((await api.session().signIn("reset-me", "reset-me has a long secret")).status).toBe(401);
    expect((await api.session().signIn("reset-me", password)).status).toBe(201);
    expect(api.logs()).not.toContain(password);
    const kept = await api.database.asOwner("SELECT 1 FROM mosaic.audit_events e WHERE e::text LIKE $1", [`%${password}%`]);
    expect(kept).toEqual([]);
  });

  test("of your own password is refused: it would not require the current one", async () => {
    const answer = await admin.call("POST", `/api/users/${adminId}/password-reset`);
    expect([answer.status, answer.json.error.code]).toEqual([409, "CONFLICT"]);
    expect((await api.session().signIn(ADMIN.username, ADMIN.password)).status).toBe(201);
  });

  test("of somebody who has no password is refused", async () => {
    const { id } = await addUser(api, admin, "reset-none");
    await api.database.asOwner("DELETE FROM mosaic.local_passwords WHERE user_id = $1", [id]);
    expect((await admin.call("POST", `/api/users/${id}/password-reset`)).status).toBe(409);
  });
});

test("each of these actions is in the audit log with actor, target and outcome", async () => {
  const rows = await api.database.asOwner<{ action: string }>(
    "SELECT DISTINCT action FROM mosaic.audit_events WHERE actor_id = $1 AND outcome = 'success' AND target_id IS NOT NULL",
    [adminId],
  );
  const actions = ["create", "update", "deactivate", "reactivate", "password-reset"].map((verb) => `user.${verb}`);
  expect(rows.map(({ action }) => action)).toEqual(expect.arrayContaining(actions));
});
