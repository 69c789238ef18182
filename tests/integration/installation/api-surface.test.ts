// What holds for every route: headers, errors, methods, limits of size and shape, the description, health.
import { connect } from "node:net";
import { request } from "node:http";
import { ADMIN, startTestApi, useAdmin, useApi } from "../../support/core/api.ts";
import { startCuttableProxy } from "../../support/core/cuttable-proxy.ts";
import { AUTHORISATION } from "../../support/core/authorisation-table.ts";
import { exchange } from "../../support/core/raw-http.ts";

const COMMON_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=()",
  "cache-control": "no-store",
};
const API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const api = useApi();
const admin = useAdmin(api);
let document: any;

beforeAll(async () => {
  document = await api.session().expect(200, "GET", "/openapi.json");
});

function operations(): { method: string; path: string; operation: any }[] {
  return Object.entries<any>(document.paths).flatMap(([path, methods]) =>
    Object.entries<any>(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

const concrete = (path: string) => path.replaceAll(/\{[^}]+\}/g, "00000000-0000-4000-8000-000000000000");

test("the description lists every route of the public listener and nothing internal", () => {
  const listed = operations().map(({ method, path }) => `${method} ${path}`);
  expect(listed.toSorted()).toEqual(Object.keys(AUTHORISATION).toSorted());
  for (const { operation } of operations()) {
    expect(operation.summary).not.toBe("");
    expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
  }
});

test("every route carries the security headers and a request id, for anonymous callers and admins alike", async () => {
  for (const { method, path } of operations()) {
    for (const session of [api.session(), admin]) {
      if (path === "/api/session" && session === admin && method === "DELETE") continue;
      const answer = await session.call(method, concrete(path), method === "GET" ? undefined : {});
      expect({ path, ...Object.fromEntries(answer.headers) }).toMatchObject(COMMON_HEADERS);
      expect(answer.headers.get("content-security-policy")).toBe(API_POLICY);
      expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers.get("x-powered-by")).toBeNull();
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  }
}, 180_000);

test("without a local Temporal server there is no Web UI of it to see", async () => {
  for (const path of ["/temporal", "/temporal/", "/temporal/api/v1/settings"]) {
    expect((await admin.call("GET", path)).status).toBe(404);
  }
});

test("an unknown path answers 404, a known one with another method 405 with the methods it has", async () => {
  expect((await admin.call("GET", "/api/nothing")).json.error).toMatchObject({
    code: "NOT_FOUND",
    requestId: expect.any(String),
  });
  const answer = await admin.call("PUT", "/api/me/providers");
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, POST, HEAD"]);
  expect((await admin.call("OPTIONS", "/api/me/providers")).status).toBe(405);
});

test("on /v1 errors have the form that OpenAI clients read", async () => {
  const missing = await api.session().call("GET", "/v1/nothing");
  expect([missing.status, missing.json.error]).toEqual([
    404,
    expect.objectContaining({ type: "invalid_request_error", code: "not_found" }),
  ]);
  const unknown = await api.session().call("GET", "/v1/models", undefined, { authorization: "Bearer sk-not-ours" });
  expect([unknown.status, unknown.json.error]).toEqual([401, expect.objectContaining({ type: "authentication_error" })]);
});

describe("a body", () => {
  const post = async (body: string | Buffer, headers: Record<string, string> = {}) => {
    const response = await fetch(`${api.url}/api/session`, {
      method: "POST",
      body: typeof body === "string" ? body : new Uint8Array(body),
      headers: { "content-type": "application/json", ...headers },
    });
    const answer: any = await response.json();
    return [response.status, answer.error.code];
  };
  const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

  test.each<[string, string | Buffer, Record<string, string>, number, string]>([
    ["that is no JSON", "{canary", {}, 400, "MALFORMED_BODY"],
    ["that is no UTF-8", Buffer.from([0x22, 0xff, 0x22]), {}, 400, "MALFORMED_BODY"],
    ["nested too deep", deep(33), {}, 400, "MALFORMED_BODY"],
    ["nested very deep", deep(100_000), {}, 400, "MALFORMED_BODY"],
    ["larger than 1 MiB", JSON.stringify("x".repeat(1024 * 1024)), {}, 413, "PAYLOAD_TOO_LARGE"],
    ["of another type", "{}", { "content-type": "text/plain" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["in another charset", "{}", { "content-type": "application/json; charset=utf-16" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["that is compressed", "{}", { "content-encoding": "gzip" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["that misses fields", "{}", {}, 422, "VALIDATION_FAILED"],
  ])("%s is refused", async (_name, body, headers, status, code) => {
    expect(await post(body, headers)).toEqual([status, code]);
  });

  test("that is refused is named field by field, without repeating its values", async () => {
    const answer = await admin.call("POST", "/api/users", { username: "ä", password: "short-canary", extra: "canary" });
    expect(answer.json.error.validations.map(({ path }: { path: string }) => path).toSorted()).toEqual(["extra", "username"]);
    expect(answer.text).not.toContain("canary");
  });
});

describe("below HTTP", () => {
  async function raw(text: string): Promise<string> {
    return await new Promise((resolve) => {
      const socket = connect(api.port, "127.0.0.1", () => socket.write(text));
      let answer = "";
      socket.setEncoding("utf8");
      socket.on("data", (chunk) => (answer += chunk));
      socket.on("close", () => resolve(answer));
      // A reset is one way of closing; what came before it counts.
      socket.on("error", () => undefined);
    });
  }

  test.each<[string, string, string]>([
    ["header lines beyond 16 KiB", `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Big: ${"x".repeat(20_000)}\r\n\r\n`, "431"],
    ["no HTTP at all", "hello\r\n\r\n", "400"],
    [
      "two lengths of one body",
      "POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
  ])("%s: refused, with our headers, and the connection is closed", async (_name, text, status) => {
    const answer = await raw(text);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain("x-content-type-options: nosniff");
  });

  test.each([
    ["evil.test", 403],
    ["evil.test:4000", 403],
    ["localhost:4000", 200],
    ["127.0.0.1", 200],
    ["[::1]:4000", 200],
  ])("the host name %s answers %i", async (host, status) => {
    const answered = await new Promise((resolve, reject) => {
      const call = request({ host: "127.0.0.1", port: api.port, path: "/healthz", headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on("error", reject);
      call.end();
    });
    expect(answered).toBe(status);
  });
});

test("headers that claim an identity or an address have no effect", async () => {
  const headers = {
    "x-oa-user-id": "someone",
    "x-oa-tenant-key": "human:x",
    "x-openclaw-agent-id": "main",
    "x-forwarded-for": "203.0.113.9",
  };
  expect((await api.session().call("GET", "/api/me/providers", undefined, headers)).status).toBe(401);
  await api.session().call("POST", "/api/session", { ...ADMIN, password: "wrong password" }, headers);
  const rows = await api.database.asOwner("SELECT DISTINCT remote_address FROM mosaic.audit_events WHERE outcome = 'denied'");
  expect(rows).toEqual([{ remote_address: "127.0.0.1" }]);
});

test("behind a trusted proxy the client's address counts", async () => {
  const other = await startTestApi(api.database, { env: { MOSAIC_TRUSTED_PROXIES: "127.0.0.1" } });
  try {
    const headers = { "x-forwarded-for": "198.51.100.1, 203.0.113.9" };
    await other.session().call("POST", "/api/session", { username: "x", password: "y" }, headers);
    expect(await api.database.asOwner("SELECT 1 FROM mosaic.audit_events WHERE remote_address = '203.0.113.9'")).toHaveLength(
      1,
    );
  } finally {
    await other.close();
  }
});

test("metrics count requests by operation and carry no id", async () => {
  const { text } = await api.session().call("GET", "/metrics");
  expect(text).toContain('mosaic_api_http_requests_total{listener="public",operation="completeOnboarding",status="200"} 1');
  expect(text).toContain("mosaic_api_open_streams 0");
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
});

describe("metrics on the public listener", () => {
  test.each([
    ["through a proxy on this machine", { "X-Forwarded-For": "203.0.113.9" }],
    ["through a proxy that names only itself", { Via: "1.1 front" }],
    ["through a proxy that tells the host", { Forwarded: "host=fleet.example" }],
    ["under another address than this machine's", { Host: "203.0.113.9" }],
  ])("are not for a caller %s", async (_, headers) => {
    const lines = Object.entries({ Host: "127.0.0.1", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await exchange({ url: api.url, send: [`GET /metrics HTTP/1.1\r\n${lines.join("")}\r\n`] });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain("mosaic_api_open_streams");
  });

  test("are not for a caller on this machine who sends a credential that nobody checks", async () => {
    const { status, text } = await api.session().call("GET", "/metrics", undefined, { authorization: "Bearer anything" });
    expect(status).toBe(401);
    expect(text).not.toContain("mosaic_api_open_streams");
  });

  test("are not for a caller behind a trusted proxy", async () => {
    const other = await startTestApi(api.database, { env: { MOSAIC_TRUSTED_PROXIES: "127.0.0.1" } });
    try {
      const headers = { "x-forwarded-for": "127.0.0.1" };
      expect((await other.session().call("GET", "/metrics", undefined, headers)).status).toBe(403);
      expect((await other.session().call("GET", "/metrics")).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  test("can be read by anyone with the token, from anywhere, and then by nobody else", async () => {
    const token = "a-token-for-metrics-0123";
    const other = await startTestApi(api.database, { env: { MOSAIC_METRICS_TOKEN: token } });
    try {
      const read = async (headers: Record<string, string>): Promise<number> =>
        (await other.session().call("GET", "/metrics", undefined, headers)).status;
      expect(await read({ authorization: `Bearer ${token}`, "x-forwarded-for": "203.0.113.9" })).toBe(200);
      expect(await read({})).toBe(401);
      expect(await read({ authorization: `Bearer ${token}x` })).toBe(401);
    } finally {
      await other.close();
    }
  });
});

test.each(["x@203.0.113.9", "127.0.0.1/x", "127.0.0.1?x", "127.0.0.1#x", "127.0.0.1\\x"])(
  "a Host of %s is refused: it is no host",
  async (host) => {
    const answer = await exchange({ url: api.url, send: [`GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`] });
    expect(answer.status).toBe(403);
  },
);

test("readiness is degraded without Temporal and without a worker, and still 200", async () => {
  const answer = await api.session().call("GET", "/readyz");
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({
    status: "degraded",
    parts: {
      postgres: { status: "ok" },
      temporal: { status: "degraded" },
      docker: { status: "degraded" },
      isolation: { status: "degraded" },
    },
  });
});

test("without Postgres readiness is 503, routes answer 503 with Retry-After, and nothing tells why", async () => {
  const owner = new URL(api.database.ownerUrl);
  const proxy = await startCuttableProxy({ host: owner.hostname, port: Number(owner.port) });
  owner.port = String(proxy.port);
  const other = await startTestApi(api.database, { env: { DATABASE_URL: owner.href } });
  try {
    await proxy.cut();
    const ready = await other.session().call("GET", "/readyz");
    expect([ready.status, ready.json.parts.postgres.status]).toEqual([503, "down"]);
    const answer = await other.session().call("GET", "/api/onboarding/status");
    expect([answer.status, answer.json.error.code]).toEqual([503, "DATABASE_UNAVAILABLE"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answer.json.error.details).toBeUndefined();
    expect((await other.session().call("GET", "/healthz")).status).toBe(200);
  } finally {
    await other.close();
  }
}, 180_000);
