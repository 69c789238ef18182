// Hostile bodies at every route that takes one: refused as described, with our headers, without a fault.
import type { LookupFunction } from "node:net";
import { createMailer } from "../../../adapters/smtp/mailer.ts";
import { createModelDiscovery, createProviderTest } from "../../../adapters/llm/provider-test.ts";
import { createSafeFetch } from "../../../adapters/outbound/safe-fetch.ts";
import { ALL_AGENT_SCOPES } from "../../../contracts/agents/facts.ts";
import { SETUP_TOKEN_HEADER, CSRF_HEADER } from "../../../contracts/core/header-names.ts";
import { ADMIN, SETUP_TOKEN, setUpInstallation, startTestApi, type TestApi } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { BROKER_PREFIX } from "../../support/leases/credential-broker.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { describedRoutes, withValue, type DescribedRoute } from "../../support/core/described-routes.ts";
import { exchange, requestText, type RawAnswer } from "../../support/core/raw-http.ts";
import { RUN_SEED, sized } from "../../support/core/run-size.ts";
import { expectSoundAnswer } from "../../support/core/sound-answers.ts";

const TIMEOUT_MS = 600_000;
const MIB = 1024 * 1024;
/** Operations whose limit is far above the others': what they are sent may hold a file. */
const TAKES_FILES = ["addPooledCredential", "chat", "createChatCompletion", "openclawChat", "openclawChatUnderApi"];
const nobodyKnows: LookupFunction = (_name, _options, callback) =>
  callback(Object.assign(new Error("unknown"), { code: "ENOTFOUND" }), "");
/** What calls other machines is the real thing, but finds none: how long they would take to answer is not ours to judge. */
const NO_OUTSIDE = {
  mailer: createMailer({ resolve: nobodyKnows }),
  testProvider: createProviderTest({ resolve: nobodyKnows }),
  discoverModels: createModelDiscovery({ resolve: nobodyKnows }),
  safeFetch: createSafeFetch({ resolve: nobodyKnows }),
};

interface Place {
  readonly database: TestDatabase;
  readonly api: TestApi;
  /** Of who may call the route. */
  readonly headersFor: (route: DescribedRoute) => readonly string[];
  readonly routes: readonly DescribedRoute[];
}

let fresh: Place;
let inUse: Place;

/** The routes of the set-up answer only before it, all others only after it. */
async function createPlace(setUp: (api: TestApi) => Promise<ApiSession>, takes: (path: string) => boolean): Promise<Place> {
  const database = await createTestDatabase();
  const api = await startTestApi(database, NO_OUTSIDE);
  const session = await setUp(api);
  const { csrfToken } = await session.expect(200, "GET", "/api/session");
  const routes = describedRoutes(await session.expect(200, "GET", "/openapi.json"));
  const ofAdmin = [`Cookie: ${session.cookie}`, `${CSRF_HEADER}: ${csrfToken}`];
  const isUsed = routes.some(({ isForAgents, template }) => isForAgents && takes(template));
  const ofAgent = isUsed ? [`Authorization: Agent ${await agentKey(session)}`] : [];
  return {
    ...{ database, api },
    headersFor: ({ isForAgents }) => (isForAgents ? ofAgent : ofAdmin),
    routes: routes.filter(({ body, template }) => body !== null && takes(template)),
  };
}

async function agentKey(session: ApiSession): Promise<string> {
  const { apiKey } = await session.expect(201, "POST", "/api/agent/signup", { handle: "fuzz", scopes: ALL_AGENT_SCOPES });
  return apiKey;
}

beforeAll(async () => {
  const claim = async (api: TestApi) => {
    const session = api.session();
    await session.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: SETUP_TOKEN });
    return session;
  };
  fresh = await createPlace(claim, (path) => path.startsWith("/api/onboarding/"));
  // The credential broker refuses as its published clients expect it; its own tests send it the like.
  const isOther = (path: string) => path.startsWith("/api/onboarding/") || path.startsWith(`${BROKER_PREFIX}/`);
  inUse = await createPlace(setUpInstallation, (path) => !isOther(path));
});
afterAll(async () => {
  for (const { api, database } of [fresh, inUse]) {
    await api.close();
    await database.drop();
  }
});

const JSON_TYPE = "Content-Type: application/json";

async function post(place: Place, route: DescribedRoute, body: string, headers = [JSON_TYPE]): Promise<RawAnswer> {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const text = requestText(
    route.method,
    route.path,
    [...place.headersFor(route), ...headers, length, "Connection: close"],
    body,
  );
  return await exchange({ url: place.api.url, send: [text] });
}

/** Sends to every route, and expects one of the statuses, described, with nothing shown. */
async function expectRefusals(
  send: (place: Place, route: DescribedRoute) => Promise<RawAnswer>,
  statuses: readonly number[],
  isMeant: (route: DescribedRoute) => boolean = () => true,
): Promise<void> {
  for (const place of [fresh, inUse]) {
    expect(place.routes.length).toBeGreaterThan(3);
    for (const route of place.routes.filter(isMeant)) expectRefusal(route, await send(place, route), statuses);
    expect((await place.api.session().call("GET", "/healthz")).status).toBe(200);
  }
}

function expectRefusal(route: DescribedRoute, answer: RawAnswer, statuses: readonly number[]): void {
  expect({ operation: route.operationId, status: answer.status, isOneOf: statuses.includes(answer.status ?? 0) }).toEqual({
    operation: route.operationId,
    status: answer.status,
    isOneOf: true,
  });
  expect(route.statuses).toContain(answer.status);
  expectSoundAnswer(answer);
}

const deep = (levels: number) => `${'{"a":['.repeat(levels)}${"]}".repeat(levels)}`;

test.each<[string, string, number[]]>([
  ["is not JSON", "{canary", [400]],
  ["ends in the middle", '{"a": "b', [400]],
  ["is nested a little too deep", deep(20), [400]],
  ["is nested absurdly deep", deep(50_000), [400]],
  ["is a list", "[]", [422]],
  ["is null", "null", [422]],
  ["is a text", '"text"', [422]],
  ["holds __proto__", '{"__proto__": {"admin": true}}', [422]],
  ["holds constructor and prototype", '{"constructor": {"prototype": {"admin": true}}}', [422]],
  [
    "has ten thousand unknown fields",
    JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, i]))),
    [422],
  ],
  ["holds numbers beyond all measure", '{"a": 1e999999}', [422]],
])(
  "a body that %s",
  async (_what, body, statuses) => {
    await expectRefusals((place, route) => post(place, route, body), statuses);
  },
  TIMEOUT_MS,
);

test.each([
  ["no type", []],
  ["a form's type", ["Content-Type: application/x-www-form-urlencoded"]],
  ["plain text", ["Content-Type: text/plain"]],
  ["another charset", ["Content-Type: application/json; charset=utf-16"]],
  ["two types", ["Content-Type: application/json", "Content-Type: text/plain"]],
  ["compression", [JSON_TYPE, "Content-Encoding: gzip"]],
  ["an unknown encoding", [JSON_TYPE, "Content-Encoding: canary"]],
])(
  "a body with %s",
  async (_what, headers) => {
    // Of two headers of one type Node takes the first, so that this body is looked at.
    await expectRefusals((place, route) => post(place, route, '{"unknown-field": 1}', headers), [415, 422]);
  },
  TIMEOUT_MS,
);

test(
  "a body that claims to be enormous is refused before it arrives",
  async () => {
    await expectRefusals(
      async ({ api, headersFor }, route) => {
        const { method, path } = route;
        const head = [...headersFor(route), JSON_TYPE, `Content-Length: ${100 * MIB}`];
        return await exchange({ url: api.url, send: [requestText(method, path, head, '{"a":')] });
      },
      [413],
    );
  },
  TIMEOUT_MS,
);

test(
  "a body in chunks without end is cut at the limit",
  async () => {
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    await expectRefusals(
      async ({ api, headersFor }, route) => {
        const { method, path } = route;
        const head = requestText(method, path, [...headersFor(route), JSON_TYPE, "Transfer-Encoding: chunked"]);
        return await exchange({ url: api.url, send: [head, ...Array.from({ length: 64 }, () => chunk)] });
      },
      [413],
      ({ operationId }) => !TAKES_FILES.includes(operationId),
    );
  },
  TIMEOUT_MS,
);

test(
  "what follows a body that is longer than it claims is no second request",
  async () => {
    await expectRefusals(
      async ({ api, headersFor }, route) => {
        const { method, path } = route;
        const head = [...headersFor(route), JSON_TYPE, "Content-Length: 2"];
        const answer = await exchange({ url: api.url, send: [requestText(method, path, head, "[]canary")], until: 2 });
        expect(answer.closed).toBe(true);
        return answer;
      },
      [400, 422],
    );
  },
  TIMEOUT_MS,
);

describe("text that nothing can store", () => {
  test.each([
    ["NUL", "nul \0 canary"],
    ["half a character", "half \ud83d canary"],
  ])(
    "%s, in every field that holds text",
    async (_what, text) => {
      let fields = 0;
      for (const place of [fresh, inUse]) {
        for (const route of place.routes) {
          for (const path of route.body?.strings ?? []) {
            const answer = await post(place, route, JSON.stringify(withValue(route.body?.example, path, text)));
            expectRefusal(route, answer, [422]);
            expect(answer.text).toContain(path.join("."));
            fields += 1;
          }
        }
        expect(place.api.logs()).not.toContain("request failed");
      }
      expect(fields).toBeGreaterThan(40);
    },
    TIMEOUT_MS,
  );

  test(
    "in the name of a field",
    async () => {
      await expectRefusals((place, route) => post(place, route, '{"nul\\u0000": 1, "half\\ud83d": 2}'), [422]);
    },
    TIMEOUT_MS,
  );
});

/** So many of the wrong values each field gets; neighbours get others, so that each value reaches many fields. */
const VALUES_PER_FIELD = sized(2);

function share<T>(values: readonly T[], turn: number): readonly T[] {
  const count = Math.min(VALUES_PER_FIELD, values.length);
  return Array.from({ length: count }, (_, index) => values[(turn * count + index) % values.length]).filter(
    (value) => value !== undefined,
  );
}

test(
  "a wrong kind of value in every field that holds text",
  async () => {
    const values = [
      0,
      -1,
      1e308,
      true,
      [],
      {},
      [[]],
      { $ne: null },
      "",
      "x".repeat(300_000),
      "../../etc/passwd",
      "%00",
      "\u{202E}",
    ];
    let turn = RUN_SEED;
    console.log(JSON.stringify({ seed: RUN_SEED }));
    for (const place of [fresh, inUse]) {
      for (const route of place.routes) {
        for (const path of route.body?.strings ?? []) {
          for (const value of share(values, (turn += 1))) {
            const answer = await post(place, route, JSON.stringify(withValue(route.body?.example, path, value)));
            expect(route.statuses).toContain(answer.status);
            expectSoundAnswer(answer, ["CONTAINER_STARTING", "MAIL_FAILED", "AGENT_UNUSABLE"]);
          }
        }
      }
    }
  },
  TIMEOUT_MS,
);
