// `mosaic login`: what it stores, and where it sends it later.
import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { emptyHome, mosaic, startFakeApi } from "../../tests/support/core/cli.ts";

const CREATED = {
  keyId: "mpk_one",
  name: "mosaic on test-host",
  scopes: ["chat:send"],
  lastFour: "wxyz",
  createdAt: "2026-11-20T10:00:00.000Z",
  expiresAt: null,
  lastUsedAt: null,
  apiKey: "mpk_one_secretwxyz",
};
const SESSION = {
  user: { id: "6f1c0c3e-1f6e-4f0e-9c59-0a5f5d6c7b01", name: "Ann", systemRole: "member" },
  csrfToken: "csrf-1",
  expiresAt: "2026-11-21T10:00:00.000Z",
};

let api: Awaited<ReturnType<typeof startFakeApi>>;
let homeDir: string;
beforeEach(async () => {
  homeDir = await emptyHome();
  api = await startFakeApi({
    "POST /api/session": { status: 201, body: SESSION, headers: { "set-cookie": "mosaic_session=abc; Path=/; HttpOnly" } },
    "POST /api/me/keys": { status: 201, body: CREATED },
    "GET /api/me/keys": { body: { keys: [] } },
    "DELETE /api/session": { status: 204 },
    "DELETE /api/me/keys/mpk_one": { status: 204 },
  });
});
afterEach(() => api.close());

function login(words: readonly string[] = ["ann"]) {
  return mosaic(["login", ...words, "--url", api.url], { homeDir, env: { MOSAIC_PASSWORD: "the password" } });
}
const file = () => join(homeDir, ".config/mosaic/config.json");

test("signs in, creates a key for this machine, and signs out again", async () => {
  expect(await login()).toMatchObject({ exitCode: 0 });
  expect(api.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /api/session",
    "POST /api/me/keys",
    "DELETE /api/session",
  ]);
  expect(api.seen[0]?.body).toEqual({ username: "ann", password: "the password" });
  expect(api.seen[1]?.headers).toMatchObject({ cookie: "mosaic_session=abc", "x-mosaic-csrf": "csrf-1" });
});

test("keeps the key, not the password, in a file that only its owner can read", async () => {
  const { stdout } = await login();
  const text = await readFile(file(), "utf8");
  expect(JSON.parse(text)).toEqual({ url: api.url, apiKey: CREATED.apiKey, keyId: "mpk_one" });
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect(stdout).not.toContain(CREATED.apiKey);
});

test("the other commands use the file from then on", async () => {
  await login();
  await mosaic(["keys", "list"], { homeDir });
  expect(api.seen.at(-1)?.headers.authorization).toBe(`Bearer ${CREATED.apiKey}`);
});

test("the key does not go to another installation", async () => {
  await login();
  const { exitCode } = await mosaic(["keys", "list", "--url", "http://127.0.0.1:9"], { homeDir });
  expect(exitCode).toBe(77);
});

test("a file that others can read is not used", async () => {
  await login();
  await chmod(file(), 0o644);
  const { exitCode, stderr } = await mosaic(["keys", "list"], { homeDir });
  expect(exitCode).toBe(78);
  expect(stderr).toContain(`chmod 600 ${file()}`);
});

test("a key that exists already is taken from standard input, after it was tried", async () => {
  const run = await mosaic(["login", "--key-stdin", "--url", api.url], { homeDir, stdin: "mpk_mine_secret\n" });
  expect(run.exitCode).toBe(0);
  expect(JSON.parse(await readFile(file(), "utf8"))).toEqual({ url: api.url, apiKey: "mpk_mine_secret" });
});

test("logout revokes the key and removes the file", async () => {
  await login();
  expect((await mosaic(["logout"], { homeDir })).exitCode).toBe(0);
  expect(api.seen.at(-1)).toMatchObject({ method: "DELETE", path: "/api/me/keys/mpk_one" });
  await expect(stat(file())).rejects.toThrow("ENOENT");
});

test("without a password and a terminal it says where to put one", async () => {
  const { exitCode, stderr } = await mosaic(["login", "ann", "--url", api.url], { homeDir });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("MOSAIC_PASSWORD");
});

test("a refusal for a while is waited out, and told", async () => {
  let calls = 0;
  const opened = { status: 201, body: SESSION, headers: { "set-cookie": "mosaic_session=abc; Path=/; HttpOnly" } };
  const limited = {
    status: 429,
    body: { error: { code: "RATE_LIMITED", message: "Too many sign-ins at once." } },
    headers: { "retry-after": "0" },
  };
  const busy = await startFakeApi({
    "POST /api/session": () => ((calls += 1) < 3 ? limited : opened),
    "POST /api/me/keys": { status: 201, body: CREATED },
    "DELETE /api/session": { status: 204 },
  });
  try {
    const run = await mosaic(["login", "ann", "--url", busy.url], { homeDir, env: { MOSAIC_PASSWORD: "the password" } });
    expect([run.exitCode, calls]).toEqual([0, 3]);
    expect(run.stderr).toContain("Retrying in 0 s.");
  } finally {
    await busy.close();
  }
});

test("a wait of many minutes is told, and not sat through", async () => {
  const locked = await startFakeApi({
    "POST /api/session": {
      status: 429,
      body: { error: { code: "RATE_LIMITED", message: "Too many failed attempts." } },
      headers: { "retry-after": "900" },
    },
  });
  try {
    const run = await mosaic(["login", "ann", "--url", locked.url], { homeDir, env: { MOSAIC_PASSWORD: "the password" } });
    expect(run.exitCode).not.toBe(0);
    expect(run.stderr).toContain("Try again in 900 s.");
  } finally {
    await locked.close();
  }
});
