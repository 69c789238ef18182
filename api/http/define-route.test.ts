// A declared route, mounted: what happens to a request on its way to the handler and back, without a database.
import type { Server } from "node:http";
import { pino } from "pino";
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import type { HumanPrincipal } from "../../contracts/core/principal.ts";
import { humanTenant } from "../../contracts/core/tenant.ts";
import type { Database, TenantTransaction } from "../../db/core/database.ts";
import { createInternalDoor } from "../containers/container-admission.ts";
import type { Door } from "./access.ts";
import { bareApp } from "./bare-app.ts";
import { defineRoute, type Route } from "./define-route.ts";
import { createHttpServer, drain, listen } from "./http-server.ts";
import { createMetrics } from "./metrics.ts";
import { answerError, answerNotFound } from "./errors.ts";
import { createRateLimits } from "./rate-limits.ts";
import { registerRequest } from "./request-facts.ts";
import { mountRoutes } from "./mount-routes.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const PRINCIPAL: HumanPrincipal = {
  kind: "human",
  id: ID,
  name: "ann",
  systemRole: "member",
  tenant: humanTenant(ID),
  scopes: ["settings:write"],
  carrier: "key",
  credentialId: "mpk_x",
};

const servers: Server[] = [];
let statements: { text: string; parameters: readonly unknown[] }[] = [];

/** Notes the statements; a failing transaction leaves none, as in a database. */
function fakeDatabase(): Database {
  async function transaction<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    const mine: typeof statements = [];
    const sql = async (text: string, parameters: readonly unknown[] = []) => {
      mine.push({ text, parameters });
      return [];
    };
    const result = await work({ sql, tenant: humanTenant(ID) } as unknown as TenantTransaction);
    statements.push(...mine);
    return result;
  }
  return { asTenant: (_tenant: unknown, work: never) => transaction(work), globally: transaction } as unknown as Database;
}

function everyoneIsAnn(): Door {
  const identified = { principal: PRINCIPAL, credential: null };
  const signIn = { identify: async () => identified, identifyAgain: async () => identified };
  return { ...createInternalDoor({ db: fakeDatabase(), limits: createRateLimits() }), signIn };
}

async function serve(...routes: Route[]): Promise<string> {
  const app = bareApp();
  app.use(registerRequest({ log: pino({ level: "silent" }), metrics: createMetrics(), listener: "public" }));
  mountRoutes(app, routes, { door: everyoneIsAnn(), db: fakeDatabase(), limits: createRateLimits() });
  app.use(answerNotFound);
  app.use(answerError);
  const server = createHttpServer(app);
  servers.push(server);
  return `http://127.0.0.1:${await listen(server, 0, "127.0.0.1")}`;
}

beforeEach(() => {
  statements = [];
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => drain(server, { drainMs: 0, lastGraspMs: 0 }, () => undefined)));
});

const FACTS = { operationId: "doIt", summary: "Do it", who: "user", scope: "settings:write", rateLimit: "write" } as const;
const AUDITED = { ...FACTS, method: "post", path: "/things", audit: { action: "team.create", target: "team" } } as const;
const OK = { 200: { description: "Done.", schema: z.strictObject({ name: z.string() }) } } as const;
const body = z.strictObject({ name: z.string().min(2), nested: z.strictObject({ size: z.number() }).optional() });

const errorSchema = z.looseObject({ code: z.string(), validations: z.array(z.looseObject({ path: z.string() })).optional() });
const answerSchema = z.looseObject({ error: errorSchema.optional() });

const post = async (url: string, value: unknown) => {
  const answer = await fetch(`${url}/things`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });
  const json = answerSchema.parse(await answer.json());
  return { status: answer.status, headers: answer.headers, json };
};

const createThing = () =>
  defineRoute({
    ...AUDITED,
    body,
    responses: OK,
    handler: async ({ body: input, user, write }) => {
      const facts = (name: string) => ({ targetId: name, detail: { length: name.length } });
      const name = await write(user.tenant, async (tx) => (await tx.sql("INSERT thing"), input.name), facts);
      return { status: 200, body: { name } };
    },
  });

test("the change and its audit row are written in one transaction", async () => {
  const answer = await post(await serve(createThing()), { name: "lamp" });
  expect([answer.status, answer.json]).toEqual([200, { name: "lamp" }]);
  expect(statements.map(({ text }) => text)).toEqual([
    "INSERT thing",
    expect.stringContaining("INSERT INTO mosaic.audit_events"),
  ]);
  expect(statements[1]?.parameters).toEqual(
    expect.arrayContaining(["human", ID, "ann", "team.create", "team", "lamp", "success", "127.0.0.1"]),
  );
});

test("an audited handler that answers without writing is a programming error", async () => {
  const silent = defineRoute({ ...AUDITED, responses: OK, handler: async () => ({ status: 200, body: { name: "x" } }) });
  const answer = await post(await serve(silent), {});
  expect([answer.status, answer.json.error?.code]).toEqual([500, "INTERNAL"]);
});

test("an unsafe route must say what is audited or why nothing is", () => {
  const { audit: _audit, ...rest } = AUDITED;
  expect(() => defineRoute({ ...rest, responses: OK, handler: async () => ({ status: 200 }) })).toThrow(/audited/);
});

test("a route that keys may call must name a scope", () => {
  const { scope: _scope, ...rest } = AUDITED;
  expect(() => defineRoute({ ...rest, responses: OK, handler: async () => ({ status: 200 }) })).toThrow(/scope/);
});

test("a route whose handler finds out who calls reads the body itself, after that", () => {
  const route = { ...AUDITED, who: "credential", responses: OK, handler: async () => ({ status: 200 }) } as const;
  expect(() => defineRoute({ ...route, body: z.strictObject({}) })).toThrow(/read its body itself/);
});

test("two routes of one method and path, or of one name, are refused", async () => {
  await expect(serve(createThing(), createThing())).rejects.toThrow(/Two routes/);
});

test("problems are listed per field, unknown fields among them", async () => {
  const answer = await post(await serve(createThing()), { name: "x", nested: { size: "big" }, tenant: "other" });
  expect(answer.status).toBe(422);
  expect(answer.json.error?.validations?.map(({ path }) => path).toSorted()).toEqual(["name", "nested.size", "tenant"]);
  expect(statements).toEqual([]);
});

test("an answer with a field that is not declared fails instead of leaking it", async () => {
  const leaky = defineRoute({
    ...AUDITED,
    audit: { none: "A test." },
    responses: OK,
    handler: async () => ({ status: 200, body: { name: "x", passwordHash: "canary" } }),
  });
  const answer = await post(await serve(leaky), {});
  expect([answer.status, JSON.stringify(answer.json)]).toEqual([500, expect.not.stringContaining("canary")]);
});

test.each<[string, unknown, number, object]>([
  [
    "of ours",
    new FleetError("CONFLICT", "Taken.", { details: { name: "lamp" } }),
    409,
    { code: "CONFLICT", details: { name: "lamp" } },
  ],
  [
    "that can be retried",
    new FleetError("CONTAINER_STARTING", "Starting.", { retryAfterSeconds: 7 }),
    503,
    { code: "CONTAINER_STARTING" },
  ],
  ["nobody expected", new Error("canary"), 500, { code: "INTERNAL", message: "Something went wrong on our side." }],
  ["that is no Error", "canary", 500, { code: "INTERNAL" }],
])("an error %s becomes an answer with code and request id", async (_name, thrown, status, expected) => {
  const failing = defineRoute({ ...AUDITED, responses: OK, handler: () => Promise.reject(thrown) });
  const answer = await post(await serve(failing), {});
  expect(answer.status).toBe(status);
  expect(answer.json.error).toMatchObject({ ...expected, requestId: answer.headers.get("x-request-id") });
  expect(answer.headers.get("retry-after")).toBe(status === 503 ? "7" : null);
  expect(JSON.stringify(answer.json)).not.toContain("canary");
});

test("a malformed id in the path answers like an unknown one", async () => {
  const byId = defineRoute({
    ...FACTS,
    method: "get",
    path: "/things/:id",
    params: z.strictObject({ id: z.uuid() }),
    responses: OK,
    handler: async ({ params }) => ({ status: 200, body: { name: params.id } }),
  });
  const url = await serve(byId);
  expect((await fetch(`${url}/things/${ID}`)).status).toBe(200);
  expect((await fetch(`${url}/things/nonsense`)).status).toBe(404);
  expect((await fetch(`${url}/things/%E0%A4%A`)).status).toBe(400);
});

test("a refused sign-in is recorded although nothing was changed", async () => {
  const refusing = defineRoute({
    ...AUDITED,
    responses: OK,
    handler: () => Promise.reject(new FleetError("SIGN_IN_FAILED", "No.")),
  });
  await post(await serve(refusing), {});
  expect(statements.map(({ parameters }) => parameters)).toEqual([expect.arrayContaining(["team.create", "denied"])]);
});
