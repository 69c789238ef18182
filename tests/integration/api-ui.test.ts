// How the api serves the web interface: page addresses alone, a policy with a fresh nonce, files that never change.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

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
