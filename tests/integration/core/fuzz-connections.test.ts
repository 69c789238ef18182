// Hostile headers and request lines, and clients that are slow, at every route of both listeners.
import { DIRECT } from "../../../adapters/outbound/outbound-way.ts";
import { internalRoutes } from "../../../api/internal-app.ts";
import { openApiDocument } from "../../../api/http/openapi.ts";
import { ALL_SCOPES } from "../../../contracts/core/principal.ts";
import { bindInternalListener } from "../../support/core/api.ts";
import { createChatBench, type ChatBench, type ChatBenchOptions } from "../../support/turns/chat.ts";
import { BROKER_ENV } from "../../support/leases/credential-broker.ts";
import { personWithContainer, startContainer } from "../../support/containers/containers.ts";
import { describedRoutes, type DescribedRoute } from "../../support/core/described-routes.ts";
import { exchange, requestText, type RawAnswer, type RawOptions } from "../../support/core/raw-http.ts";
import { expectSoundAnswer } from "../../support/core/sound-answers.ts";

const TIMEOUT_MS = 600_000;

interface Surface {
  readonly url: string;
  readonly routes: readonly DescribedRoute[];
  /** Of a member with every scope, of a container. */
  readonly credentials: readonly string[];
}

interface Place {
  readonly bench: ChatBench;
  readonly surfaces: readonly Surface[];
}

async function createPlace(options?: ChatBenchOptions): Promise<Place> {
  const bench = await createChatBench({ ...options, env: BROKER_ENV });
  const member = await bench.addUser("member", { scopes: ALL_SCOPES });
  const described = await bench.api.session().expect(200, "GET", "/openapi.json");
  const db = await bench.database.openAs("api");
  const { agentToken } = await startContainer(bench.worker, await personWithContainer(db, bench.worker), "hostile");
  const routes = internalRoutes({ db, refusalOf: () => null, outbound: { way: async () => DIRECT } });
  const internal = openApiDocument(routes, { version: "0", sessionCookieName: "none" });
  return {
    bench,
    surfaces: [
      { url: bench.api.url, routes: describedRoutes(described), credentials: [`Authorization: Bearer ${member.apiKey}`] },
      {
        url: await bindInternalListener(bench.database, bench.api),
        routes: describedRoutes(internal),
        credentials: [`Authorization: Bearer ${agentToken.reveal()}`],
      },
    ],
  };
}

type Send = RawOptions["send"];
type SendOf = (route: DescribedRoute, surface: Surface) => Send;

/** What every route of both listeners answers. */
async function atEveryRoute({ surfaces }: Place, sendOf: SendOf, until = 1): Promise<[DescribedRoute, RawAnswer][]> {
  const targets = surfaces.flatMap((surface) => surface.routes.map((route) => ({ surface, route })));
  expect(targets.length).toBeGreaterThan(20);
  return await Promise.all(
    targets.map(async ({ surface, route }): Promise<[DescribedRoute, RawAnswer]> => {
      return [route, await exchange({ url: surface.url, send: sendOf(route, surface), until })];
    }),
  );
}

function undescribed(route: DescribedRoute, { status }: RawAnswer, further: readonly number[] = []): string[] {
  return [...route.statuses, ...further].includes(status ?? 0) ? [] : [`${route.operationId} answered ${status}`];
}

const CLOSE = "Connection: close";

describe("at every route of both listeners", () => {
  let place: Place;
  beforeAll(async () => void (place = await createPlace()));
  afterAll(async () => await place.bench.close());

  interface Hostile {
    readonly what: string;
    readonly send: SendOf;
    /** Statuses that are accepted besides those of the description. */
    readonly further?: readonly number[];
    /** What else is wrong with an answer. */
    readonly offences?: (route: DescribedRoute, answer: RawAnswer) => string[];
  }

  /** A few at a time: readiness alone waits long for a Temporal that is not there. */
  async function expectDescribed(hostile: readonly Hostile[], atOnce = 4): Promise<void> {
    const offences: string[] = [];
    for (let first = 0; first < hostile.length; first += atOnce) {
      const some = hostile.slice(first, first + atOnce).map(async ({ what, send, further, offences: more = () => [] }) => {
        for (const [route, answer] of await atEveryRoute(place, send)) {
          const wrong = [...undescribed(route, answer, further), ...more(route, answer)];
          offences.push(...wrong.map((offence) => `${what}: ${offence}`));
          expectSoundAnswer(answer);
        }
      });
      await Promise.all(some);
    }
    expect(offences).toEqual([]);
    expect(place.bench.api.logs()).not.toContain("request failed");
    for (const { url } of place.surfaces) expect((await fetch(`${url}/healthz`)).status).toBe(200);
  }

  const HEADERS: Readonly<Record<string, readonly string[]>> = {
    "another host after its own": ["Host: evil.test"],
    "hundreds of headers": Array.from({ length: 300 }, (_, index) => `X-${index}: 1`),
    "one header hundreds of times": Array.from({ length: 300 }, () => "Accept: a"),
    "cookies named after the prototype": ["Cookie: __proto__=1; constructor=1; toString=%00; =; ;;; a"],
    "a cookie that is half encoded": ["Cookie: mosaic_session=%E0%A4%A; __Host-mosaic_session=%"],
    "bytes that are no text": ["X-Request-Id: \u00FF\u00FE", "Accept: \u0080", "User-Agent: \u00C0\u00AF"],
    "an id of markup": ['X-Request-Id: "><script>canary</script>', "Traceparent: canary"],
    "ranges without end": [`Range: bytes=${"0-1,".repeat(1_000)}`],
    "a condition that is always met": ["If-None-Match: *", "If-Match: canary", "If-Modified-Since: canary"],
    "preferences that nobody satisfies": ["Accept: canary/canary;q=999", "Accept-Encoding: canary;q=-1", "TE: canary"],
    "another method on its back": ["X-HTTP-Method-Override: DELETE", "X-Method-Override: DELETE"],
    "an upgrade": ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: canary"],
    "a chain of proxies": [`X-Forwarded-For: ${"1.2.3.4, ".repeat(1_000)}`, "X-Forwarded-Host: evil.test", "Forwarded: for=x"],
    "an origin of its own": ["Origin: null", "Referer: canary", "Sec-Fetch-Site: cross-site"],
    "an unknown expectation": ["Expect: canary"],
    "bytes where tokens are": ["Idempotency-Key: \u00FF", "X-CSRF-Token: \u00FF"],
  };

  test(
    "hostile headers change no status",
    async () => {
      await expectDescribed(
        Object.entries(HEADERS).map(([what, lines]) => ({
          what,
          send: ({ method, path }, { credentials }) => [requestText(method, path, [...credentials, ...lines, CLOSE])],
        })),
      );
    },
    TIMEOUT_MS,
  );

  const CREDENTIALS = [
    `Bearer ${"x".repeat(15_000)}`,
    "Bearer \u00FF\u00FE",
    "Bearer ",
    "Bearer a b",
    "Basic Y2FuYXJ5OmNhbmFyeQ==",
    `Bearer mpk_${"a".repeat(20)}_${"A".repeat(43)}`,
    `Bearer mct_${"a".repeat(22)}_${"A".repeat(43)}`,
    "Bearer ' OR 1=1; --",
  ];

  test(
    "forged credentials are refused as described",
    async () => {
      const opened = ({ statuses, operationId }: DescribedRoute, { status }: RawAnswer): string[] =>
        statuses.includes(401) && (status ?? 0) < 400 ? [`${operationId} is opened`] : [];
      await expectDescribed(
        CREDENTIALS.map((credential) => ({
          what: credential.slice(0, 30),
          send: ({ method, path }) => [requestText(method, path, [`Authorization: ${credential}`, CLOSE])],
          offences: opened,
        })),
      );
    },
    TIMEOUT_MS,
  );

  const FIRST_LINES: Readonly<Record<string, [(route: DescribedRoute) => { method?: string; target?: string }, number[]]>> = {
    "an absolute address of another host": [({ path }) => ({ target: `http://evil.test${path}` }), [400, 403, 404]],
    "two slashes in front": [({ path }) => ({ target: `//evil.test${path}` }), [404]],
    "steps upwards": [({ path }) => ({ target: `/x/..${path}` }), [404]],
    "an encoded slash behind": [({ path }) => ({ target: `${path}%2f..%2f` }), [404, 405]],
    "half an encoding": [({ path }) => ({ target: `${path}/%` }), [400, 404, 405]],
    "an encoded NUL": [({ path }) => ({ target: `${path}/%00` }), [404, 405]],
    "a query of bytes": [({ path }) => ({ target: `${path}?%ff=%fe&a=%` }), [422]],
    "a query for the prototype": [({ path }) => ({ target: `${path}?__proto__[a]=1&constructor=1&a[]=1` }), [422]],
    "a very long query": [({ path }) => ({ target: `${path}?${"a=1&".repeat(3_000)}` }), [422]],
    "a method of WebDAV": [() => ({ method: "PROPFIND" }), [404, 405]],
    TRACE: [() => ({ method: "TRACE" }), [404, 405]],
    "a method in small letters": [({ method }) => ({ method: method.toLowerCase() }), [400]],
  };

  test(
    "hostile first lines are answered as described, or refused",
    async () => {
      await expectDescribed(
        Object.entries(FIRST_LINES).map(([what, [change, further]]) => ({
          ...{ what, further },
          send(route, { credentials }) {
            const { method, target } = { method: route.method, target: route.path, ...change(route) };
            return [requestText(method, target, [...credentials, CLOSE])];
          },
        })),
      );
    },
    TIMEOUT_MS,
  );

  test.each<[string, string[]]>([
    ["a length below zero", ["Content-Length: -1"]],
    ["a length that is no number", ["Content-Length: 1e3"]],
    ["two lengths", ["Content-Length: 1", "Content-Length: 2"]],
    ["a length and chunks", ["Content-Length: 2", "Transfer-Encoding: chunked"]],
    ["a line that is folded", ["X-A: 1\r\n\tcanary"]],
    ["a space before the colon", ["X-A : 1"]],
    ["a bare line feed", ["X-A: 1\nX-B: 2"]],
    ["a bare carriage return", ["X-A: 1\rX-B: 2"]],
    ["NUL in a header", ["X-A: \0"]],
    ["NUL in a name", ["X-\0: a"]],
    ["a header without a name", [": a"]],
  ])("%s is refused below HTTP, and the connection is closed", async (_what, lines) => {
    const sent: SendOf = ({ method, path }, { credentials }) => [requestText(method, path, [...credentials, ...lines])];
    for (const [, answer] of await atEveryRoute(place, sent, 2)) expectClosed(answer, 400);
  });

  test("CONNECT is a request for nothing that we are", async () => {
    const answers = await atEveryRoute(place, () => [requestText("CONNECT", "evil.test:443")], 2);
    for (const [, { status, closed }] of answers) expect({ status, closed }).toEqual({ status: null, closed: true });
  });
});

/** One sound answer, and the end of the connection by our side. */
function expectClosed(answer: RawAnswer, wanted: number): void {
  const { status, answers, closed } = answer;
  expect({ status, answers, closed }).toEqual({ status: wanted, answers: 1, closed: true });
  expectSoundAnswer(answer);
}

describe("a client that", () => {
  /** Far more than an event loop of a busy machine stands still, far less than a test may take. */
  const deadlines = { headersMs: 5_000, requestMs: 8_000, slowRequestMs: 8_000, silenceMs: 8_000, checkEveryMs: 100 } as const;
  const CROWD = 200;
  /** A character in so many milliseconds, for longer than any deadline. */
  const drops = (text: string): Send => Array.from({ length: 400 }, () => [50, text]).flat();

  let place: Place;
  beforeAll(async () => {
    place = await createPlace({ deadlines });
    for (const { url } of place.surfaces) await expectServed(url);
  }, TIMEOUT_MS);
  afterAll(async () => await place.bench.close());

  /** Read to its end, so that one connection serves for all: a new one, still silent, is given up when this process stands still. */
  async function expectServed(url: string): Promise<void> {
    const answer = await fetch(`${url}/healthz`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
  }

  /** Nobody else waits for them: ordinary requests are answered all the time. */
  async function whileOthersAreServed<T>(slow: Promise<T>): Promise<T> {
    let over = false;
    const serving = (async () => {
      let served = 0;
      for (; !over; served += 1) {
        for (const { url } of place.surfaces) await expectServed(url);
      }
      return served;
    })();
    const result = await slow.finally(() => (over = true));
    expect(await serving).toBeGreaterThan(0);
    return result;
  }

  test(
    "says nothing at all is given up, and so is a whole crowd of them",
    async () => {
      const crowd = place.surfaces.flatMap(({ url }) =>
        Array.from({ length: CROWD }, () => exchange({ url, send: [], until: 2 })),
      );
      for (const answer of await whileOthersAreServed(Promise.all(crowd))) expectClosed(answer, 408);
    },
    TIMEOUT_MS,
  );

  test(
    "sends its head a character at a time is given up",
    async () => {
      const sent: SendOf = ({ method, path }) => [`${method} ${path} HTTP/1.1\r\nX-Slow: `, ...drops("x")];
      for (const [, answer] of await whileOthersAreServed(atEveryRoute(place, sent, 2))) expectClosed(answer, 408);
    },
    TIMEOUT_MS,
  );

  test.each<[string, string, string]>([
    ["of a length that it told", "Content-Length: 500000", "a"],
    ["in chunks", "Transfer-Encoding: chunked", "1\r\na\r\n"],
  ])(
    "sends its body %s a character at a time is given up, or answered when the body does not matter",
    async (_what, line, drop) => {
      const sent: SendOf = ({ method, path }, { credentials }) => [
        requestText(method, path, [...credentials, "Content-Type: application/json", line]),
        ...drops(drop),
      ];
      const answers = await whileOthersAreServed(atEveryRoute(place, sent, 2));
      expect(answers.filter(([, { closed }]) => !closed)).toEqual([]);
      expect(answers.flatMap(([route, answer]) => undescribed(route, answer, [408]))).toEqual([]);
      expect(answers.filter(([, { status }]) => status === 408).length).toBeGreaterThan(5);
      expect(place.bench.api.logs()).not.toContain("request failed");
    },
    TIMEOUT_MS,
  );
});
