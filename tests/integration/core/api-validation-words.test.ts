// A validator's own words never reach a user: bad bodies at every route that takes one, and at each field of them.
import { SETUP_TOKEN_HEADER, CSRF_HEADER } from "../../../contracts/core/header-names.ts";
import { ADMIN, SETUP_TOKEN, setUpInstallation, startTestApi, type TestApi } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { BROKER_ENV, BROKER_PREFIX, MAINTAINER } from "../../support/leases/credential-broker.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { describedRoutes, withValue, type DescribedRoute } from "../../support/core/described-routes.ts";

const TIMEOUT_MS = 600_000;
const VALIDATOR =
  /\b(?:expected|received|nonoptional|undefined|NaN|Invalid (?:input|string|type|option|ISO|UUID|URL|email|key|format)|Too (?:small|big)|Unrecognized|to have [<>]=?\d|must match pattern|ZodError|violates|syntax error at|relation "|column "|invalid input syntax)\b/i;
const BAD: readonly unknown[] = [null, 7, -1.5, "", "x", true, [], {}, [null], "y".repeat(5_000)];

let fresh: { database: TestDatabase; api: TestApi; headers: Record<string, string>; routes: readonly DescribedRoute[] };
let inUse: typeof fresh;

async function open(setUp: (api: TestApi) => Promise<ApiSession>, takes: (path: string) => boolean): Promise<typeof fresh> {
  const database = await createTestDatabase();
  const api = await startTestApi(database, { env: BROKER_ENV });
  const session = await setUp(api);
  const { csrfToken } = await session.expect(200, "GET", "/api/session");
  const all = describedRoutes(await session.expect(200, "GET", "/openapi.json"));
  const routes = all.filter(({ body, template }) => body !== null && takes(template));
  return { database, api, headers: { cookie: session.cookie, [CSRF_HEADER]: csrfToken }, routes };
}

beforeAll(async () => {
  const claim = async (api: TestApi) => {
    const session = api.session();
    await session.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: SETUP_TOKEN });
    return session;
  };
  fresh = await open(claim, (path) => path.startsWith("/api/onboarding/"));
  inUse = await open(setUpInstallation, (path) => !path.startsWith("/api/onboarding/"));
}, TIMEOUT_MS);
afterAll(async () => {
  for (const { api, database } of [fresh, inUse]) {
    await api.close();
    await database.drop();
  }
});

/** The example spoilt in each of its fields, and bodies that are no such thing at all. */
function badBodies({ body }: DescribedRoute): unknown[] {
  const example: unknown = body?.example ?? {};
  const fields = typeof example === "object" && example !== null ? Object.keys(example) : [];
  const paths = new Map([...fields.map((field) => [field]), ...(body?.strings ?? [])].map((path) => [path.join("."), path]));
  const spoilt = [...paths.values()].filter((path) => path.length > 0);
  return [...BAD, { unknown: 1 }, ...spoilt.flatMap((path) => BAD.map((value) => withValue(example, path, value)))];
}

async function answersOf(place: typeof fresh, route: DescribedRoute): Promise<{ status: number; text: string }[]> {
  const credentials = route.template.startsWith(BROKER_PREFIX) ? { authorization: `Bearer ${MAINTAINER}` } : place.headers;
  const headers = { ...credentials, "content-type": "application/json" };
  const answers = [];
  for (const body of badBodies(route).slice(0, 60)) {
    const init = { method: route.method, headers, body: JSON.stringify(body) };
    const response = await fetch(place.api.url + route.path, init);
    answers.push({ status: response.status, text: await response.text() });
  }
  return answers;
}

test(
  "no answer to a bad body is in a validator's words",
  async () => {
    const seen: string[] = [];
    let validated = 0;
    for (const place of [fresh, inUse]) {
      for (const route of place.routes) {
        for (const { status, text } of await answersOf(place, route)) {
          if (status === 422) validated += 1;
          const found = VALIDATOR.exec(text);
          if (found !== null) seen.push(`${route.operationId}: ${text.slice(0, 300)}`);
        }
      }
    }
    expect([...new Set(seen)]).toEqual([]);
    expect(validated).toBeGreaterThan(100);
  },
  TIMEOUT_MS,
);
