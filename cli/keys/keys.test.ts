// `mosaic keys`.
import { mosaic, startFakeApi, type Answers } from "../../tests/support/core/cli.ts";

const KEY = {
  keyId: "mpk_one",
  name: "laptop",
  scopes: ["chat:send"],
  lastFour: "wxyz",
  createdAt: "2026-11-20T10:00:00.000Z",
  expiresAt: null,
  lastUsedAt: null,
};

/** The key that asks has the public part `mpk_a`. */
const creating = (ownExpiry: string | null): Answers => ({
  "GET /api/me/keys": { body: { keys: [{ ...KEY, keyId: "mpk_a", expiresAt: ownExpiry }] } },
  "POST /api/me/keys": { status: 201, body: { ...KEY, apiKey: "mpk_one_secret" } },
});

let api: Awaited<ReturnType<typeof startFakeApi>>;
afterEach(() => api.close());

async function keys(words: readonly string[], answers: Answers) {
  api = await startFakeApi(answers);
  return mosaic(["keys", ...words], { env: { MOSAIC_URL: api.url, MOSAIC_API_KEY: "mpk_a_b" } });
}

test("create prints the key alone, so that it can be piped", async () => {
  const before = Date.now();
  expect(await keys(["create", "laptop"], creating(null))).toEqual({ exitCode: 0, stdout: "mpk_one_secret\n", stderr: "" });
  const { expiresAt, ...body } = api.seen[1]?.body ?? {};
  expect(body).toEqual({ name: "laptop", scopes: ["chat:send"] });
  expect(Math.round((Date.parse(expiresAt) - before) / 86_400_000)).toBe(90);
});

test("create ends the key with the one that creates it, if that is sooner than by default", async () => {
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  await keys(["create", "laptop"], creating(soon));
  expect(api.seen[1]?.body.expiresAt).toBe(soon);
});

test("create makes a key without an end only when asked to", async () => {
  await keys(["create", "laptop", "--expires-in-days", "never"], creating(null));
  expect(api.seen[0]?.body.expiresAt).toBeNull();
});

test("create takes scopes and an end", async () => {
  const answers = { "POST /api/me/keys": { status: 201, body: { ...KEY, apiKey: "mpk_one_secret" } } };
  const before = Date.now();
  await keys(["create", "ci", "--scope", "chat:send", "container:read", "--expires-in-days", "90"], answers);
  expect(api.seen[0]?.body.scopes).toEqual(["chat:send", "container:read"]);
  expect(Math.round((Date.parse(api.seen[0]?.body.expiresAt) - before) / 86_400_000)).toBe(90);
});

test("a scope that does not exist ends with 2, before anything is sent", async () => {
  expect(await keys(["create", "ci", "--scope", "everything"], {})).toMatchObject({ exitCode: 2 });
  expect(api.seen).toEqual([]);
});

test("list shows no secret", async () => {
  const { stdout } = await keys(["list"], { "GET /api/me/keys": { body: { keys: [KEY] } } });
  expect(stdout).toMatch(/mpk_one\s+laptop\s+…wxyz\s+chat:send\s+never\s+never/);
});

test("revoke names the public part", async () => {
  const { exitCode } = await keys(["revoke", "mpk_one"], { "DELETE /api/me/keys/mpk_one": { status: 204 } });
  expect(exitCode).toBe(0);
});
