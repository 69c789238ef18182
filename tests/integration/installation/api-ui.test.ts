// How the api serves the web interface: page addresses alone, a policy with a fresh nonce, files that never change.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setUpInstallation, startTestApi, type TestApi } from "../../support/core/api.ts";
import { exchange, type RawAnswer } from "../../support/core/raw-http.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";

const SCRIPT = "console.log('mosaic');".repeat(50);

let database: TestDatabase;
let folder: string;
let api: TestApi;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "mosaic-ui-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), '<!doctype html><script nonce="__CSP_NONCE__" src="/assets/a-1.js"></script>');
  await writeFile(join(folder, "assets/a-1.js"), SCRIPT);
  await writeFile(join(folder, "color-scheme.js"), "1;");
  await writeFile(join(folder, ".built-from"), "digest");
  api = await startTestApi(database, { uiFolder: folder });
});
let done: Promise<unknown> | undefined;
const setUpOnce = async (): Promise<unknown> => await (done ??= setUpInstallation(api));

afterAll(async () => {
  await api?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

test.each([
  "/",
  "/onboarding",
  "/sign-in",
  "/chat",
  "/chat/c-1",
  "/settings/providers/new",
  "/admin/users",
  "/invite",
  "/admin/no-such-page",
])("%s is a page, before anything is set up", async (path) => {
  const answer = await api.session().call("GET", path);
  const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(answer.headers.get("content-security-policy") ?? "")?.[1];
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  expect(answer.text).toContain(`nonce="${nonce}"`);
});

test("the policy allows no script but our own files, and every page gets another nonce", async () => {
  const policies = [];
  for (let call = 0; call < 2; call += 1) {
    const { headers } = await api.session().call("GET", "/");
    policies.push(headers.get("content-security-policy") ?? "");
  }
  expect(policies[0]).not.toBe(policies[1]);
  expect(policies[0]?.replace(/nonce-[^']+/, "nonce-…")).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-…'; img-src 'self' data:; font-src 'self'; " +
      "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
});

test("hashed files may be kept for ever and come compressed, others for five minutes", async () => {
  const hashed = await api.session().call("GET", "/assets/a-1.js", undefined, { "accept-encoding": "gzip" });
  expect(hashed.text).toBe(SCRIPT);
  expect(Object.fromEntries(hashed.headers)).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-encoding": "gzip",
    "content-type": "text/javascript; charset=utf-8",
    "x-content-type-options": "nosniff",
    vary: "accept-encoding",
  });
  const plain = await api.session().call("GET", "/assets/a-1.js", undefined, { "accept-encoding": "identity" });
  expect([plain.text, plain.headers.get("content-encoding")]).toEqual([SCRIPT, null]);
  const named = await api.session().call("GET", "/color-scheme.js");
  expect(named.headers.get("cache-control")).toBe("public, max-age=300");
});

test.each([
  ["/api/nothing"],
  ["/v1/nothing"],
  ["/assets/missing.js"],
  ["/assets/../index.html"],
  ["/assets/..%2f..%2fpackage.json"],
  ["/.built-from"],
  ["/index.html"],
  ["/nothing"],
  ["/settingsx"],
])("%s is no page: 404 as JSON, under the strictest policy", async (path) => {
  const answer = await api.session().call("GET", path);
  expect([answer.status, answer.json.error.code ?? answer.json.error.type]).toEqual([
    404,
    path.startsWith("/v1") ? "not_found" : "NOT_FOUND",
  ]);
  expect(answer.headers.get("content-security-policy")).toContain("sandbox");
});

const MALFORMED = "/api/me/providers/%ff";
const BROWSER = {
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "sec-fetch-mode": "navigate",
};

/** Not `fetch`, which names its own mode whatever it is given. */
async function opened(target: TestApi, path: string, more: Record<string, string> = {}): Promise<RawAnswer> {
  const lines = Object.entries({ host: new URL(target.url).host, ...BROWSER, ...more }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return await exchange({ url: target.url, send: [`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`] });
}

test.each(["/nothing", "/api/nothing", "/v1/nothing", "/settingsx", "/index.html"])(
  "%s, opened in a browser, is the interface's own page with status 404",
  async (path) => {
    const { status, headers, text } = await opened(api, path);
    expect([status, headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
    expect(text).toContain('src="/assets/a-1.js"');
    expect(headers.get("content-security-policy")).toContain("script-src 'self'");
  },
);

test.each([
  ["a program that takes anything", { accept: "*/*" }],
  ["a program that takes JSON rather than HTML", { accept: "application/json, text/html;q=0.5" }],
  ["a call of our own pages", { ...BROWSER, "sec-fetch-mode": "cors" }],
])("%s gets JSON", async (_, headers) => {
  const answer = await api.session().call("GET", "/nothing", undefined, headers);
  expect([answer.status, answer.json.error.code]).toEqual([404, "NOT_FOUND"]);
});

describe("another error, opened in a browser, is a page without any file", () => {
  test.each([
    [401, "/api/me", {}, "Sign in first"],
    [405, "/api/oidc/callback", {}, "This is not a page"],
    [403, "/metrics", { "x-forwarded-for": "203.0.113.9" }, "You do not have access"],
    [400, MALFORMED, {}, "This address is not valid"],
  ])("%i at %s", async (status, path, headers, title) => {
    await setUpOnce();
    const answer = await opened(api, path, headers);
    const nonce = /style-src 'nonce-([^']+)'/.exec(answer.headers.get("content-security-policy") ?? "")?.[1];
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/html; charset=utf-8"]);
    expect(answer.text).toContain(`<h1>${title}</h1>`);
    expect(answer.text).toContain(`<style nonce="${nonce}">`);
    expect(answer.text).toContain("prefers-color-scheme:dark");
    expect(answer.headers.get("content-security-policy")).not.toContain("script-src");
  });

  test("in German for who prefers it", async () => {
    const { text } = await opened(api, MALFORMED, { "accept-language": "de-AT,de;q=0.9,en;q=0.8" });
    expect(text).toContain('<html lang="de">');
    expect(text).toContain("<h1>Diese Adresse ist ");
  });

  test("and also an address that does not exist, where the interface is not built", async () => {
    const bare = await startTestApi(database, { uiFolder: join(folder, "nowhere") });
    try {
      const { status, text } = await opened(bare, "/nothing");
      expect([status, text]).toEqual([404, expect.stringContaining("<h1>Page not found</h1>")]);
    } finally {
      await bare.close();
    }
  });
});

test("a page address takes no other method", async () => {
  expect((await api.session().call("POST", "/settings/keys", {})).status).toBe(404);
});

test("without a built interface its pages say what is missing, and the log too", async () => {
  const bare = await startTestApi(database, { uiFolder: join(folder, "nowhere") });
  try {
    const answer = await bare.session().call("GET", "/");
    expect([answer.status, answer.json.error.message]).toEqual([404, expect.stringContaining("npm run ui:build")]);
    expect(bare.logs()).toContain("ui_missing");
  } finally {
    await bare.close();
  }
});
