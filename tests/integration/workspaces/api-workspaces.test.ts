// Workspaces, members and teams over real HTTP and Postgres: who may do what, and the last owner.
import { ADMIN, addUser, useAdmin, useApi, useUser } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";

const api = useApi();
const admin = useAdmin(api);
const olga = useUser(api, admin, "olga");
const adam = useUser(api, admin, "adam");
const mia = useUser(api, admin, "mia");
const gus = useUser(api, admin, "gus");
const stranger = useUser(api, admin, "stranger");
let workspaceId: string;

const NOWHERE = "00000000-0000-4000-8000-000000000000";

const members = (): string => `/api/workspaces/${workspaceId}/members`;
const teams = (): string => `/api/workspaces/${workspaceId}/teams`;

async function rolesOf(session: ApiSession): Promise<Record<string, string>> {
  const { members: rows } = await session.expect(200, "GET", members());
  return Object.fromEntries(rows.map((row: { name: string; role: string }) => [row.name, row.role]));
}

beforeEach(async () => {
  workspaceId = (await olga.session.expect(201, "POST", "/api/workspaces", { name: "Research" })).id;
  for (const [user, role] of [
    [adam, "admin"],
    [mia, "member"],
    [gus, "guest"],
  ] as const) {
    await olga.session.expect(201, "POST", members(), { identifier: user.name, role });
  }
});
afterEach(async () => {
  await api.database.asOwner("DELETE FROM mosaic.workspaces");
});

describe("a workspace", () => {
  test("belongs to its creator, and lists its contents", async () => {
    const { workspaces, meta } = await olga.session.expect(200, "GET", "/api/workspaces");
    expect(workspaces).toEqual([
      expect.objectContaining({
        id: workspaceId,
        name: "Research",
        description: "",
        memberCount: 4,
        teamCount: 0,
        myRole: "owner",
        isLastOwner: true,
      }),
    ]);
    expect(meta).toEqual({ page: 1, limit: 50, total: 1, totalPages: 1 });
  });

  test("is found by a part of its name, in pages that end with the last valid one", async () => {
    await olga.session.expect(201, "POST", "/api/workspaces", { name: "50% search" });
    const found = await olga.session.expect(200, "GET", "/api/workspaces?search=0%25%20s");
    expect(found.workspaces.map(({ name }: { name: string }) => name)).toEqual(["50% search"]);
    const last = await olga.session.expect(200, "GET", "/api/workspaces?limit=1&page=99");
    expect(last.meta).toEqual({ page: 2, limit: 1, total: 2, totalPages: 2 });
    expect(last.workspaces).toHaveLength(1);
  });

  test("does not exist for somebody outside, whatever they try", async () => {
    const path = `/api/workspaces/${workspaceId}`;
    const one = { identifier: "stranger" };
    const attempts: [string, string, unknown?][] = [
      ["GET", path],
      ["PATCH", path, { name: "Mine" }],
      ["DELETE", path],
      ["GET", members()],
      ["POST", members(), one],
      ["PATCH", `${members()}/${mia.id}`, { role: "guest" }],
      ["DELETE", `${members()}/${mia.id}`],
      ["GET", teams()],
      ["POST", teams(), { name: "Ours" }],
      ["PUT", `${teams()}/${NOWHERE}`, { name: "Ours" }],
      ["PUT", `${teams()}/${NOWHERE}/members`, { userIds: [] }],
      ["DELETE", `${teams()}/${NOWHERE}`],
    ];
    for (const [method, url, body] of attempts) {
      const answer = await stranger.session.expect(404, method, url, body);
      expect(answer.error.message).toBe("There is no such workspace.");
    }
    expect((await stranger.session.expect(200, "GET", "/api/workspaces")).workspaces).toEqual([]);
    await stranger.session.expect(403, "GET", "/api/workspaces?scope=all");
  });

  test("is seen and mended by an administrator who is no member", async () => {
    const all = await admin.expect(200, "GET", "/api/workspaces?scope=all");
    expect(all.workspaces).toEqual([expect.objectContaining({ id: workspaceId, myRole: null })]);
    await admin.expect(200, "PATCH", `${members()}/${mia.id}`, { role: "owner" });
    expect(await rolesOf(admin)).toMatchObject({ mia: "owner", olga: "owner" });
    expect((await admin.expect(200, "GET", "/api/workspaces")).workspaces).toEqual([]);
  });

  test("is changed by owners and admins, and deleted by owners alone", async () => {
    const path = `/api/workspaces/${workspaceId}`;
    await adam.session.expect(200, "PATCH", path, { description: "What we look into." });
    expect(await mia.session.expect(200, "GET", path)).toMatchObject({ name: "Research", description: "What we look into." });
    for (const user of [mia, gus]) await user.session.expect(403, "PATCH", path, { name: "Mine" });
    for (const user of [adam, mia, gus]) await user.session.expect(403, "DELETE", path);
    await olga.session.expect(204, "DELETE", path);
    await olga.session.expect(404, "GET", path);
  });

  test.each([
    ["an empty name", { name: "  " }],
    ["a name that is too long", { name: "x".repeat(101) }],
    ["unknown fields", { name: "Fine", createdBy: "somebody" }],
  ])("is not made with %s", async (_what, body) => {
    await olga.session.expect(422, "POST", "/api/workspaces", body);
    expect((await olga.session.expect(200, "GET", "/api/workspaces")).meta.total).toBe(1);
  });
});

describe("members", () => {
  test("are added by admins, but owners are made by owners", async () => {
    const add = (role: string) => ({ identifier: "stranger", role });
    await adam.session.expect(403, "POST", members(), add("owner"));
    await adam.session.expect(201, "POST", members(), add("member"));
    await adam.session.expect(403, "PATCH", `${members()}/${stranger.id}`, { role: "owner" });
    await adam.session.expect(403, "PATCH", `${members()}/${olga.id}`, { role: "member" });
    await adam.session.expect(403, "DELETE", `${members()}/${olga.id}`);
    for (const user of [mia, gus]) await user.session.expect(403, "DELETE", `${members()}/${stranger.id}`);
    await adam.session.expect(204, "DELETE", `${members()}/${stranger.id}`);
    expect(await rolesOf(olga.session)).toEqual({ olga: "owner", adam: "admin", mia: "member", gus: "guest" });
  });

  test("are added once, and only people who are active", async () => {
    await olga.session.expect(409, "POST", members(), { identifier: "mia" });
    const { error } = await olga.session.expect(422, "POST", members(), { identifier: "strang" });
    expect(error.validations).toEqual([
      { path: "identifier", message: "No active user has this user name or e-mail address." },
    ]);
    await admin.expect(422, "POST", members(), { userId: NOWHERE });
    await api.database.asOwner("UPDATE mosaic.users SET deactivated_at = mosaic.now() WHERE id = $1", [stranger.id]);
    try {
      await olga.session.expect(422, "POST", members(), { identifier: "stranger" });
      await admin.expect(422, "POST", members(), { userId: stranger.id });
    } finally {
      await api.database.asOwner("UPDATE mosaic.users SET deactivated_at = NULL WHERE id = $1", [stranger.id]);
    }
    expect(Object.keys(await rolesOf(olga.session))).toHaveLength(4);
  });

  test("are added by id, or as a breakglass account, by administrators alone: others must not look accounts up so", async () => {
    for (const userId of [stranger.id, NOWHERE]) await olga.session.expect(403, "POST", members(), { userId });
    const { error } = await olga.session.expect(422, "POST", members(), { identifier: ADMIN.username });
    expect(error.validations).toEqual([
      { path: "identifier", message: "No active user has this user name or e-mail address." },
    ]);
    await admin.expect(201, "POST", members(), { userId: stranger.id });
    await admin.expect(201, "POST", members(), { identifier: ADMIN.username });
  });

  test("may leave, all but the last owner, who may not step down either", async () => {
    await gus.session.expect(204, "DELETE", `${members()}/${gus.id}`);
    await gus.session.expect(404, "GET", members());
    const rows = (await olga.session.expect(200, "GET", members())).members;
    expect(rows.filter((row: { isLastOwner: boolean }) => row.isLastOwner)).toEqual([
      expect.objectContaining({ name: "olga" }),
    ]);
    await olga.session.expect(409, "DELETE", `${members()}/${olga.id}`);
    await olga.session.expect(409, "PATCH", `${members()}/${olga.id}`, { role: "admin" });
    await admin.expect(409, "DELETE", `${members()}/${olga.id}`);
    await olga.session.expect(200, "PATCH", `${members()}/${mia.id}`, { role: "owner" });
    await olga.session.expect(204, "DELETE", `${members()}/${olga.id}`);
    expect(await rolesOf(mia.session)).toEqual({ adam: "admin", mia: "owner" });
  });

  test("count as owners only while they can sign in", async () => {
    const nora = await addUser(api, admin, "nora");
    const path = `/api/workspaces/${workspaceId}`;
    await olga.session.expect(201, "POST", members(), { identifier: "nora", role: "owner" });
    expect(await olga.session.expect(200, "GET", path)).toMatchObject({ isLastOwner: false });
    await admin.expect(202, "POST", `/api/users/${nora.id}/deactivate`, { reason: "Left the company." });
    expect(await olga.session.expect(200, "GET", path)).toMatchObject({ isLastOwner: true });
    await olga.session.expect(409, "DELETE", `${members()}/${olga.id}`);
    await olga.session.expect(204, "DELETE", `${members()}/${nora.id}`);
  });

  test("keep an owner when two owners step down at the same moment", async () => {
    await olga.session.expect(200, "PATCH", `${members()}/${mia.id}`, { role: "owner" });
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all([
        olga.session.call("PATCH", `${members()}/${olga.id}`, { role: "admin" }),
        mia.session.call("PATCH", `${members()}/${mia.id}`, { role: "admin" }),
      ]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
      await admin.expect(200, "PATCH", `${members()}/${olga.id}`, { role: "owner" });
      await admin.expect(200, "PATCH", `${members()}/${mia.id}`, { role: "owner" });
    }
  });

  test("show up in the list of users", async () => {
    const { users } = await admin.expect(200, "GET", "/api/users?search=adam");
    expect(users[0].workspaceMemberships).toEqual([
      { workspaceId, workspaceName: "Research", role: "admin", joinedAt: expect.stringMatching(/^20\d\d-.*Z$/) },
    ]);
  });
});

describe("teams", () => {
  test("are kept by owners and admins, and seen by every member", async () => {
    for (const user of [mia, gus]) await user.session.expect(403, "POST", teams(), { name: "Night shift" });
    const team = await adam.session.expect(201, "POST", teams(), { name: "Night shift" });
    await adam.session.expect(409, "POST", teams(), { name: "night SHIFT" });
    const path = `${teams()}/${team.id}`;
    await adam.session.expect(200, "PUT", `${path}/members`, { userIds: [mia.id, gus.id, mia.id] });
    await mia.session.expect(403, "PUT", `${path}/members`, { userIds: [] });
    await olga.session.expect(200, "PUT", path, { name: "Owls", description: "Ten to six." });
    expect((await gus.session.expect(200, "GET", teams())).teams).toEqual([
      expect.objectContaining({
        id: team.id,
        name: "Owls",
        description: "Ten to six.",
        members: [
          { userId: gus.id, name: "gus" },
          { userId: mia.id, name: "mia" },
        ],
      }),
    ]);
    await adam.session.expect(204, "DELETE", path);
    await adam.session.expect(404, "DELETE", path);
  });

  test("take members of the workspace alone, who leave them with it", async () => {
    const { id } = await olga.session.expect(201, "POST", teams(), { name: "Owls" });
    const path = `${teams()}/${id}/members`;
    await olga.session.expect(200, "PUT", path, { userIds: [mia.id] });
    const { error } = await olga.session.expect(422, "PUT", path, { userIds: [mia.id, stranger.id] });
    expect(error.validations[0].path).toBe("userIds");
    const names = async (): Promise<string[]> =>
      (await olga.session.expect(200, "GET", teams())).teams[0].members.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(["mia"]);
    await olga.session.expect(204, "DELETE", `${members()}/${mia.id}`);
    expect(await names()).toEqual([]);
  });

  test("of another workspace cannot be reached through the user's own", async () => {
    const { id } = await olga.session.expect(201, "POST", teams(), { name: "Owls" });
    const own = (await stranger.session.expect(201, "POST", "/api/workspaces", { name: "Own" })).id;
    const path = `/api/workspaces/${own}/teams/${id}`;
    await stranger.session.expect(404, "PUT", path, { name: "Taken" });
    await stranger.session.expect(404, "PUT", `${path}/members`, { userIds: [stranger.id] });
    await stranger.session.expect(404, "DELETE", path);
    expect((await olga.session.expect(200, "GET", teams())).teams[0]).toMatchObject({ name: "Owls", members: [] });
  });
});

test("every change is in the audit log, refused ones too", async () => {
  await gus.session.expect(403, "PATCH", `/api/workspaces/${workspaceId}`, { name: "Mine" });
  const rows = await api.database.asOwner(
    "SELECT action, outcome, actor_name FROM mosaic.audit_events WHERE target_id = $1 OR action = 'workspace.update' ORDER BY occurred_at, id",
    [workspaceId],
  );
  expect(rows).toEqual(
    expect.arrayContaining([
      { action: "workspace.create", outcome: "success", actor_name: "olga" },
      { action: "workspace-member.add", outcome: "success", actor_name: "olga" },
      { action: "workspace.update", outcome: "denied", actor_name: "gus" },
    ]),
  );
});
