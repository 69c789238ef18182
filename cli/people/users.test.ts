// `mosaic users` and `mosaic onboard`: what needs a session.
import { mosaic, startFakeApi, type Answers, type CliSetting } from "../../tests/support/core/cli.ts";

const USER = {
  id: "6f1c0c3e-1f6e-4f0e-9c59-0a5f5d6c7b01",
  name: "Ann",
  username: "ann",
  email: null,
  emailVerified: false,
  image: null,
  systemRole: "member",
  status: "active",
  isLocalAuth: true,
  createdAt: "2026-11-20T10:00:00.000Z",
  deactivatedAt: null,
  invitedAt: null,
  invitedBy: null,
  lastSignInAt: null,
  workspaceMemberships: [],
  isLastAdmin: false,
};
const OPENED = {
  status: 201,
  body: {
    user: { id: USER.id, name: "root", systemRole: "admin" },
    csrfToken: "csrf-1",
    expiresAt: "2026-11-21T10:00:00.000Z",
  },
  headers: { "set-cookie": "mosaic_session=abc; Path=/" },
};
const PROVIDER = {
  id: USER.id,
  name: "local",
  displayName: "local",
  type: "custom",
  baseUrl: "http://192.0.2.7/v1",
  apiKeyLastFour: null,
  hasApiKey: false,
  lastTest: null,
  apiType: "openai-completions",
  models: [
    {
      ...{ id: "qwen3", name: "qwen3", contextWindow: 128_000, maxTokens: 8_192 },
      ...{ images: false, tools: true, reasoning: false, explicit: [] },
    },
  ],
  isActive: true,
  refusal: null,
  createdAt: "2026-11-20T10:00:00.000Z",
  updatedAt: "2026-11-20T10:00:00.000Z",
};

let api: Awaited<ReturnType<typeof startFakeApi>>;
afterEach(() => api.close());

async function run(words: readonly string[], answers: Answers, setting: CliSetting = {}) {
  api = await startFakeApi({ "POST /api/session": OPENED, "DELETE /api/session": { status: 204 }, ...answers });
  const env = { MOSAIC_URL: api.url, MOSAIC_ADMIN_PASSWORD: "admin password", ...setting.env };
  return mosaic(words, { ...setting, env });
}
const calls = () => api.seen.map(({ method, path }) => `${method} ${path}`);

test("users add signs in as the administrator, adds, and signs out", async () => {
  const words = ["users", "add", "ann", "--as", "root", "--email", "ann@example.org", "--password-stdin"];
  const { exitCode } = await run(words, { "POST /api/users": { status: 201, body: USER } }, { stdin: "a new password\n" });
  expect(exitCode).toBe(0);
  expect(calls()).toEqual(["POST /api/session", "POST /api/users", "DELETE /api/session"]);
  expect(api.seen[1]?.body).toEqual({
    username: "ann",
    email: "ann@example.org",
    systemRole: "member",
    password: "a new password",
  });
  expect(api.seen[1]?.headers).toMatchObject({ cookie: "mosaic_session=abc", "x-mosaic-csrf": "csrf-1" });
});

test("users add signs out also when the user cannot be added", async () => {
  const taken = { status: 409, body: { error: { code: "CONFLICT", message: "This user name is taken." } } };
  const setting = { stdin: "a new password" };
  const { exitCode, stderr } = await run(
    ["users", "add", "ann", "--as", "root", "--password-stdin"],
    { "POST /api/users": taken },
    setting,
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain("taken");
  expect(calls().at(-1)).toBe("DELETE /api/session");
});

test("users list goes through all pages", async () => {
  const page = (number: number) => ({ body: { users: [USER], meta: { page: number, limit: 100, total: 2, totalPages: 2 } } });
  const answers = { "GET /api/users?page=1&limit=100": page(1), "GET /api/users?page=2&limit=100": page(2) };
  const { stdout } = await run(["users", "list", "--as", "root", "--json"], answers);
  expect(JSON.parse(stdout).users).toHaveLength(2);
});

test("users list shows what they sign in with, and local times", async () => {
  const answers = { "GET /api/users?page=1&limit=100": { body: { users: [USER], meta: { page: 1, totalPages: 1 } } } };
  const { stdout } = await run(["users", "list", "--as", "root"], answers);
  const [heading, row] = stdout.split("\n");
  expect(heading).toMatch(/^USER NAME +NAME +E-MAIL +ROLE +JOINED +DEACTIVATED$/);
  expect(row).toMatch(/^ann +Ann +member +2026-11-(19|20|21) \d\d:\d\d:00$/);
});

const ONBOARD = [
  "onboard",
  "--admin",
  "root",
  "--provider",
  "local",
  "--type",
  "custom",
  "--base-url",
  "http://192.0.2.7/v1",
  "-m",
  "qwen3",
];
const SECRETS = { env: { MOSAIC_SETUP_TOKEN: "setup-token", MOSAIC_NEW_PASSWORD: "the first password" } };
const ONBOARDING: Answers = {
  "GET /api/onboarding/status": { body: { completed: false, adminCreated: false } },
  "POST /api/onboarding/breakglass": OPENED,
  "POST /api/onboarding/provider": { status: 201, body: PROVIDER },
  "POST /api/onboarding/complete": { body: { completed: true, adminCreated: true } },
};

test("onboard creates the admin with the set-up token, then the provider, then is done", async () => {
  const { exitCode, stdout } = await run(ONBOARD, ONBOARDING, SECRETS);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("mosaic login root");
  expect(api.seen[1]).toMatchObject({
    path: "/api/onboarding/breakglass",
    headers: { "x-mosaic-setup-token": "setup-token" },
    body: { username: "root", password: "the first password" },
  });
  expect(calls().slice(2)).toEqual(["POST /api/onboarding/provider", "POST /api/onboarding/complete", "DELETE /api/session"]);
});

test("onboard goes on where an earlier attempt stopped: the admin exists and signs in", async () => {
  const status = { body: { completed: false, adminCreated: true } };
  const { exitCode } = await run(ONBOARD, { ...ONBOARDING, "GET /api/onboarding/status": status }, SECRETS);
  expect(exitCode).toBe(0);
  expect(calls()[1]).toBe("POST /api/session");
});

test("onboard leaves an installation alone that is set up", async () => {
  const status = { body: { completed: true, adminCreated: true } };
  const { exitCode } = await run(ONBOARD, { ...ONBOARDING, "GET /api/onboarding/status": status }, SECRETS);
  expect(exitCode).toBe(1);
  expect(calls()).toEqual(["GET /api/onboarding/status"]);
});
