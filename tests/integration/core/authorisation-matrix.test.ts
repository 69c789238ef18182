// Every route × every kind of caller, generated from the routes' own description, against the reviewed table.
import { DIRECT } from "../../../adapters/outbound/outbound-way.ts";
import { internalRoutes } from "../../../api/internal-app.ts";
import {
  AUTHORISATION,
  CALLERS,
  INTERNAL_AUTHORISATION,
  INTERNAL_CALLERS,
  RULES,
  type Caller,
  type InternalCaller,
  type Outcome,
  type Rule,
} from "../../support/core/authorisation-table.ts";
import { createAuthorisationWorld, namesRealThings, type AuthorisationWorld } from "../../support/core/authorisation-world.ts";

/** Of our errors, of OpenAI's form of them, and of the credential broker's. */
const REFUSALS = [
  ...["UNAUTHENTICATED", "FORBIDDEN", "CSRF_REJECTED", "ONBOARDING_DONE", "METHOD_NOT_ALLOWED"],
  ...["authentication_error", "permission_error", "AUTH_REQUIRED", "AUTH_INVALID", "AUTH_ROLE_MISMATCH"],
];

/** Where the handler decides by role or by owner, it must get as far as that. */
const BODIES: Readonly<Record<string, object>> = {
  "PATCH /api/me/providers/{id}": { displayName: "Renamed" },
  "PATCH /api/agents/{id}": { status: "disabled" },
  "PATCH /api/agents/{id}/keys/{keyId}": { scopes: ["chat:send"] },
  "PATCH /api/workspaces/{id}": { name: "Renamed" },
  "POST /api/workspaces/{id}/members": { identifier: "nobody", role: "guest" },
  "PATCH /api/workspaces/{id}/members/{userId}": { role: "guest" },
  "POST /api/workspaces/{id}/teams": { name: "Another team" },
  "PUT /api/workspaces/{id}/teams/{teamId}": { name: "Renamed team" },
  "PUT /api/workspaces/{id}/teams/{teamId}/members": { userIds: [] },
};
const BY_ROLE: readonly Rule[] = [
  ...(["workspace", "workspaceManage", "workspaceOwn", "own", "ownBySession", "ownOfTenant", "ownOfAgent", "signUp"] as const),
];
const NOT_JSON = "{";
const CALL_TIMEOUT_MS = 180_000;

let world: AuthorisationWorld;
const found = new Map<Caller, Readonly<Record<string, Outcome>>>();

beforeAll(async () => {
  world = await createAuthorisationWorld();
  await Promise.all(CALLERS.map(async (caller) => found.set(caller, await tryAllRoutes(caller))));
}, 900_000);
afterAll(() => world.close());

/** One after the other: some of the calls end all other sessions of the caller. */
async function tryAllRoutes(caller: Caller): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const route of world.routes) outcomes[route] = await tryRoute(caller, route);
  return outcomes;
}

async function tryRoute(caller: Caller, route: string): Promise<Outcome> {
  const [method = "", path = ""] = route.split(" ");
  const body = bodyOf(caller, route);
  const response = await fetch(world.api.url + (await world.concrete(path)), {
    method,
    headers: { ...(await world.headersOf(caller)), ...(body === null ? {} : { "content-type": "application/json" }) },
    body,
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  return outcomeOf(path, response.status, await response.text());
}

/** Who is refused at the door is refused whatever they send: of a stranger no body is looked at. */
function bodyOf(caller: Caller, route: string): string | null {
  if (route.startsWith("GET ")) return null;
  const rule = AUTHORISATION[route] ?? "public";
  const outcome = RULES[rule][caller];
  const atTheDoor = outcome === 401 || outcome === 409 || (outcome === 403 && !BY_ROLE.includes(rule));
  return atTheDoor ? NOT_JSON : JSON.stringify(BODIES[route] ?? {});
}

/** Answers that refuse the caller, and not what they sent. */
function outcomeOf(path: string, status: number, text: string): Outcome {
  if (status < 400) return "in";
  const answer: any = JSON.parse(text);
  const words: unknown[] = [answer.code, answer.error?.code, answer.error?.type];
  const isHidden = answer.error?.code === "NOT_FOUND" && namesRealThings(path);
  return isHidden || words.some((word) => REFUSALS.some((refusal) => refusal === word)) ? (status as Outcome) : "in";
}

test("the table has a line for every route, and no line without a route", () => {
  expect(world.routes.toSorted()).toEqual(Object.keys(AUTHORISATION).toSorted());
});

test.each(CALLERS)("%s gets what the table says, on every route", (caller) => {
  const expected = Object.fromEntries(world.routes.map((route) => [route, RULES[AUTHORISATION[route] ?? "public"][caller]]));
  expect(found.get(caller)).toEqual(expected);
});

describe("on the internal listener", () => {
  const routes = () =>
    internalRoutes({ db: world.db, refusalOf: () => null, outbound: { way: async () => DIRECT } }).map(
      ({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/:([A-Za-z]+)/g, "{$1}")}`,
    );

  async function tryInternal(caller: InternalCaller, route: string): Promise<Outcome> {
    const [method = "", path = ""] = route.split(" ");
    const headers = await world.internalHeadersOf(caller);
    const response = await fetch(world.internalUrl + world.concreteInternal(path), { method, headers });
    return outcomeOf(path, response.status, await response.text());
  }

  test("the table has a line for every route, and no line without a route", () => {
    expect(routes().toSorted()).toEqual(Object.keys(INTERNAL_AUTHORISATION).toSorted());
  });

  test.each(INTERNAL_CALLERS)("%s gets what the table says, on every route", async (caller) => {
    const outcomes: Record<string, Outcome> = {};
    for (const route of routes()) outcomes[route] = await tryInternal(caller, route);
    const expected = Object.entries(INTERNAL_AUTHORISATION).map(([route, outcomeFor]) => [route, outcomeFor[caller]]);
    expect(outcomes).toEqual(Object.fromEntries(expected));
  });

  test("no route of the public listener answers here, but the sign of life", async () => {
    const headers = await world.internalHeadersOf("own");
    for (const route of world.routes.filter((one) => one !== "GET /healthz")) {
      const [method = "", path = ""] = route.split(" ");
      const response = await fetch(world.internalUrl + path, { method, headers });
      expect([route, response.status]).toEqual([route, 404]);
    }
  });
});
