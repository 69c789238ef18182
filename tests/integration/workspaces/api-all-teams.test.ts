// The teams of all workspaces, for administrators, over real HTTP and Postgres.
import { addUser, useAdmin, useApi, useUser } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";

const PATH = "/api/admin/teams";

const api = useApi();
const admin = useAdmin(api);
const olga = useUser(api, admin, "olga");
let research: string;
let care: string;

beforeAll(async () => {
  const mia = await addUser(api, admin, "mia");
  research = (await olga.session.expect(201, "POST", "/api/workspaces", { name: "Research" })).id;
  care = (await mia.session.expect(201, "POST", "/api/workspaces", { name: "Care 100%" })).id;
  const owls = await addTeam(olga.session, research, "owls");
  await addTeam(olga.session, research, "Larks");
  await addTeam(mia.session, care, "Owls");
  await olga.session.expect(201, "POST", `/api/workspaces/${research}/members`, { identifier: "mia" });
  await olga.session.expect(200, "PUT", `/api/workspaces/${research}/teams/${owls}/members`, { userIds: [olga.id, mia.id] });
});

async function addTeam(session: ApiSession, workspaceId: string, name: string): Promise<string> {
  return (await session.expect(201, "POST", `/api/workspaces/${workspaceId}/teams`, { name, description: "Of use." })).id;
}

async function found(query: string): Promise<unknown> {
  const { teams, meta } = await admin.expect(200, "GET", `${PATH}${query}`);
  return { names: teams.map((team: any) => `${team.name} of ${team.workspaceName}`), page: meta.page, total: meta.total };
}

test("every team is listed by name, with its workspace and the number of its members", async () => {
  const { teams, meta } = await admin.expect(200, "GET", PATH);
  const team = { id: expect.any(String), description: "Of use.", createdAt: expect.stringMatching(/^20.*Z$/) };
  expect(teams).toEqual([
    { ...team, workspaceId: research, workspaceName: "Research", name: "Larks", memberCount: 0 },
    { ...team, workspaceId: care, workspaceName: "Care 100%", name: "Owls", memberCount: 0 },
    { ...team, workspaceId: research, workspaceName: "Research", name: "owls", memberCount: 2 },
  ]);
  expect(meta).toEqual({ page: 1, limit: 50, total: 3, totalPages: 1 });
});

test("teams are found by a part of their name or of their workspace's, taken literally", async () => {
  expect(await found("?search=OWL")).toMatchObject({ names: ["Owls of Care 100%", "owls of Research"], total: 2 });
  expect(await found("?search=sear")).toMatchObject({ names: ["Larks of Research", "owls of Research"], total: 2 });
  expect(await found("?search=0%25")).toMatchObject({ names: ["Owls of Care 100%"], total: 1 });
  expect(await found("?search=nothing")).toEqual({ names: [], page: 1, total: 0 });
});

test("pages cut the list where the one before ended, and past the end there is the last one", async () => {
  expect(await found("?limit=2")).toEqual({ names: ["Larks of Research", "Owls of Care 100%"], page: 1, total: 3 });
  expect(await found("?limit=2&page=2")).toEqual({ names: ["owls of Research"], page: 2, total: 3 });
  expect(await found("?limit=2&page=1000000")).toEqual({ names: ["owls of Research"], page: 2, total: 3 });
  expect(await found("?search=nothing&page=7")).toEqual({ names: [], page: 1, total: 0 });
  await admin.expect(422, "GET", `${PATH}?limit=101`);
});
