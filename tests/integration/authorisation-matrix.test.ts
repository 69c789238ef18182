// AC1: every route × every kind of caller, generated from the routes' own description, against the reviewed table.
import { randomUUID } from "node:crypto";
import { humanTenant } from "../../contracts/tenant.ts";
import { ALL_SCOPES } from "../../contracts/principal.ts";
import { newSessionToken } from "../../adapters/credentials.ts";
import { csrfToken } from "../../api/middleware/csrf.ts";
import { CSRF_HEADER, SESSION_COOKIE } from "../../contracts/session.ts";
import type { Database } from "../../db/database.ts";
import { claimStart, ensureContainerRow, recordStarted } from "../../db/repositories/containers.ts";
import { insertSession } from "../../db/repositories/sessions.ts";
import { addUser, setUpInstallation, startTestApi, type TestApi } from "../support/api.ts";
import type { Answer } from "../support/api-session.ts";
import { AUTHORISATION, CALLERS, RULES, type Caller, type Outcome } from "../support/authorisation-table.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const REFUSALS = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "CSRF_REJECTED",
  "ONBOARDING_DONE",
  "METHOD_NOT_ALLOWED",
  "authentication_error",
  "permission_error",
];

type Call = (route: string, path: string) => Promise<Answer>;
const callers = new Map<Caller, Call>();
const userIds = new Map<string, string>();
let database: TestDatabase;
let db: Database;
let api: TestApi;
let routes: { readonly method: string; readonly path: string }[];

/** Where the handler decides by role, it must get as far as that. */
const BODIES: Readonly<Record<string, object>> = {
  "POST /api/chat": { message: "Hello" },
  "POST /v1/chat/completions": { messages: [{ role: "user", content: "Hello" }] },
  "PATCH /api/workspaces/{id}": { name: "Renamed" },
  "POST /api/workspaces/{id}/members": { identifier: "member", role: "guest" },
  "PATCH /api/workspaces/{id}/members/{userId}": { role: "guest" },
  "POST /api/workspaces/{id}/teams": { name: "Another team" },
  "PUT /api/workspaces/{id}/teams/{teamId}": { name: "Renamed team" },
  "PUT /api/workspaces/{id}/teams/{teamId}/members": { userIds: [] },
};
/** Without a body where an empty one is as good as any: the caller is checked before it. */
const bodyOf = (route: string): object | undefined => (route.startsWith("GET ") ? undefined : (BODIES[route] ?? {}));
const methodOf = (route: string): string => route.split(" ")[0] ?? "";

/** A session of its own for each call, since some of the routes end it; straight from the database, for a hash takes long. */
function bySession(name: string, systemRole: "admin" | "member" = "member"): Call {
  return async (route, path) => {
    const token = newSessionToken();
    const tokenHash = db.tokens.hash(token);
    const owner = { userId: userIds.get(name) ?? "", systemRole, remoteAddress: null, userAgent: null };
    await db.globally((tx) => insertSession(tx, { ...owner, tokenHash }));
    const headers = {
      cookie: `${SESSION_COOKIE}=${token.reveal()}`,
      [CSRF_HEADER]: csrfToken(db.keyring.csrfKey, tokenHash),
    };
    return await api.session().call(methodOf(route), path, bodyOf(route), headers);
  };
}

const byToken =
  (token: string): Call =>
  async (route, path) =>
    await api.session().call(methodOf(route), path, bodyOf(route), { authorization: `Bearer ${token}` });

async function containerToken(userId: string): Promise<string> {
  const worker = await database.openAs("worker");
  return await worker.asTenant(humanTenant(userId), async (tx) => {
    await ensureContainerRow(tx);
    const { agentToken } = await claimStart(tx, { startId: "matrix" });
    await recordStarted(tx, { startId: "matrix", host: "h", image: "i", engineContainerId: "e", address: "127.0.0.1" });
    return agentToken.reveal();
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  db = await database.openAs("api");
  api = await startTestApi(database);
  const admin = await setUpInstallation(api);
  callers.set("anonymous", (route, path) => api.session().call(methodOf(route), path, bodyOf(route)));
  callers.set("admin", bySession("admin", "admin"));
  userIds.set("admin", (await admin.expect(200, "GET", "/api/session")).user.id);
  for (const name of ["target", "member", "owner", "workspaceAdmin", "workspaceMember", "guest"] as const) {
    const { id, session } = await addUser(api, admin, name);
    userIds.set(name, id);
    if (name !== "target") callers.set(name, bySession(name));
    if (name !== "member") continue;
    const mint = async (scopes: readonly string[]) =>
      (await session.expect(201, "POST", "/api/me/keys", { name: "k", scopes })).apiKey;
    callers.set("key", byToken(await mint(ALL_SCOPES)));
    callers.set("keyWithoutScope", byToken(await mint(["chat:send"])));
    await database.asOwner("UPDATE mosaic.personal_api_keys SET scopes = '{}' WHERE scopes = '{chat:send}'");
    callers.set("container", byToken(await containerToken(id)));
  }
  const gone = await addUser(api, admin, "gone");
  await database.asOwner("UPDATE mosaic.users SET deactivated_at = mosaic.now() WHERE id = $1", [gone.id]);
  callers.set("deactivated", bySession("gone"));
  userIds.set("gone", gone.id);
  const description = await api.session().expect(200, "GET", "/openapi.json");
  routes = Object.entries<object>(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.drop();
});

/** Answers that refuse the caller, and not what they sent. */
function outcomeOf(route: string, answer: Answer): Outcome {
  const code: unknown = answer.json?.error?.code;
  const type: unknown = answer.json?.error?.type;
  const isRefusal = REFUSALS.some((word) => word === code || word === type);
  // Everything that these addresses name exists.
  const isHidden = code === "NOT_FOUND" && route.includes("/api/workspaces/{id}");
  return isRefusal || isHidden ? (answer.status as Outcome) : "in";
}

/** A workspace of its own for each call, since some delete it: with every role, a plain member to act on, and a team. */
async function concrete(path: string): Promise<string> {
  const [id, teamId] = [randomUUID(), randomUUID()];
  if (!path.startsWith("/api/workspaces/{id}")) return path.replaceAll(/\{[^}]+\}/g, UNKNOWN_ID);
  const roles = { owner: "owner", workspaceAdmin: "admin", workspaceMember: "member", guest: "guest", target: "member" };
  await database.asOwner("INSERT INTO mosaic.workspaces (id, name) VALUES ($1, 'Workspace')", [id]);
  for (const [name, role] of Object.entries(roles)) {
    await database.asOwner("INSERT INTO mosaic.workspace_members (workspace_id, user_id, role) VALUES ($1, $2, $3)", [
      ...[id, userIds.get(name), role],
    ]);
  }
  await database.asOwner("INSERT INTO mosaic.teams (id, workspace_id, name) VALUES ($1, $2, 'Team')", [teamId, id]);
  return path
    .replace("{id}", id)
    .replace("{teamId}", teamId)
    .replace("{userId}", userIds.get("target") ?? "");
}

test("the table has a line for every route, and no line without a route", () => {
  expect(routes.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(Object.keys(AUTHORISATION).toSorted());
});

test("every caller is tried", () => {
  expect([...callers.keys()].toSorted()).toEqual([...CALLERS].toSorted());
});

test.each(CALLERS)(
  "%s gets what the table says, on every route",
  async (caller) => {
    const call = callers.get(caller);
    const found: Record<string, Outcome> = {};
    const expected: Record<string, Outcome> = {};
    for (const { method, path } of routes) {
      const route = `${method} ${path}`;
      const rule = AUTHORISATION[route];
      if (call === undefined || rule === undefined) throw new Error(`nothing is known of ${route} or ${caller}`);
      found[route] = outcomeOf(route, await call(route, await concrete(path)));
      expected[route] = RULES[rule][caller];
    }
    expect(found).toEqual(expected);
  },
  180_000,
);
