// Host names and pages that the api accepts calls for: keys from anywhere, cookies only from our own pages.
import { request as httpRequest } from "node:http";
import { withKey, type ChatUser, useChat } from "../../support/turns/chat.ts";

const PAGE = "https://chat.example.org";
const hello = { role: "user", content: "hello" };

const bench = useChat({ env: { MOSAIC_FURTHER_HOSTS: "mosaic, Fleet.Internal", MOSAIC_CORS_ORIGINS: PAGE } });
let ann: ChatUser;

beforeAll(async () => {
  ann = await bench.addUser("ann");
  await bench.bringUp(ann.tenant);
});

interface RawCall {
  readonly method?: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** `fetch` sets Host, Origin and Cookie by its own rules. */
async function call({ method = "GET", path, headers, body }: RawCall): Promise<{ status: number; headers: any; text: string }> {
  return await new Promise((resolve, reject) => {
    const url = new URL(path, bench.api.url);
    const outgoing = httpRequest({ host: url.hostname, port: url.port, path, method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

const models = (headers: Record<string, string>) => call({ path: "/v1/models", headers });

test("further hosts are served to everybody, others to keys without a cookie", async () => {
  expect((await models({ host: "mosaic:4000", ...withKey(ann) })).status).toBe(200);
  expect((await call({ path: "/healthz", headers: { host: "fleet.internal" } })).status).toBe(200);
  expect((await models({ host: "agents-api:4000", ...withKey(ann) })).status).toBe(200);
  const body = JSON.stringify({ messages: [hello] });
  const headers = { host: "agents-api:4000", "content-type": "application/json", ...withKey(ann) };
  expect((await call({ method: "POST", path: "/v1/chat/completions", headers, body })).status).toBe(200);
});

test("a rebound name reaches nothing with a cookie, without a key, or what is open to everybody", async () => {
  const host = "evil.test:4000";
  const bearer = { authorization: "Bearer made-up" };
  expect((await models({ host, cookie: ann.session.cookie })).status).toBe(403);
  expect((await models({ host, cookie: "a=b", ...withKey(ann) })).status).toBe(403);
  expect((await models({ host, ...bearer })).status).toBe(401);
  for (const path of ["/healthz", "/openapi.json", "/api/session", "/api/onboarding/status", "/", "/unknown"])
    for (const headers of [{ host }, { host, ...bearer }]) expect((await call({ path, headers })).status).toBe(403);
});

test("pages of chosen origins may call /v1 with a key, and never with a cookie", async () => {
  const preflight = { origin: PAGE, "access-control-request-method": "POST" };
  const asked = { ...preflight, "access-control-request-headers": "authorization,content-type,x-stainless-lang" };
  const allowed = await call({ method: "OPTIONS", path: "/v1/chat/completions", headers: { host: "localhost", ...asked } });
  expect(allowed.status).toBe(204);
  expect(allowed.headers).toMatchObject({
    "access-control-allow-origin": PAGE,
    "access-control-allow-headers": "authorization,content-type,x-stainless-lang",
    vary: expect.stringContaining("Origin"),
  });
  expect(allowed.headers).not.toHaveProperty("access-control-allow-credentials");
  const page = { host: "localhost", origin: PAGE, "sec-fetch-site": "cross-site", "content-type": "application/json" };
  const body = JSON.stringify({ messages: [hello] });
  const post = (headers: Record<string, string>) =>
    call({ method: "POST", path: "/v1/chat/completions", headers: { ...page, ...headers }, body });
  const answer = await post(withKey(ann));
  expect(answer.status).toBe(200);
  expect(answer.headers["access-control-allow-origin"]).toBe(PAGE);
  expect(answer.headers["access-control-expose-headers"]).toContain("x-request-id");
  expect((await post({ cookie: ann.session.cookie })).status).toBe(403);
  expect((await post({})).status).toBe(401);
});

test("other origins, and other paths, get nothing of it", async () => {
  const preflight = { host: "localhost", "access-control-request-method": "POST" };
  const from = (origin: string, path: string) => call({ method: "OPTIONS", path, headers: { ...preflight, origin } });
  for (const [origin, path] of [
    ["https://evil.test", "/v1/chat/completions"],
    ["null", "/v1/chat/completions"],
    [PAGE, "/api/chat"],
  ] as const) {
    const answer = await from(origin, path);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(answer.status).toBe(405);
  }
});
