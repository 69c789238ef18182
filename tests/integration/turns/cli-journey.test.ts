// `mosaic` against the real api and database: the set-up, the daily commands, and the way back in when nobody can sign in.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SETUP_TOKEN, startTestApi, type TestApi } from "../../support/core/api.ts";
import { emptyHome, mosaic, type CliRun } from "../../support/core/cli.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";
import { aTestResult } from "../../support/providers/provider-test-results.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const ADMIN_PASSWORD = "canary-admin-password-31aa";
const MEMBER_PASSWORD = "canary-member-password-9f02";
const PROVIDER_KEY = "sk-canary-provider-key-77c1";
const WORKS = aTestResult({ models: ["glm-5", "glm-5-air"] });
const doctorSchema = z.object({ checks: z.array(z.looseObject({ name: z.string(), status: z.string() })) });

let database: TestDatabase;
let api: TestApi;
let homeDir: string;
const printed: CliRun[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database, { testProvider: async () => WORKS });
  homeDir = await emptyHome();
}, 180_000);
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

async function run(words: string, env: Readonly<Record<string, string>> = {}, stdin = ""): Promise<CliRun> {
  const done = await mosaic(words.split(" "), { homeDir, stdin, env: { MOSAIC_URL: api.url, ...env } });
  printed.push(done);
  return done;
}

async function json(words: string, env: Readonly<Record<string, string>> = {}): Promise<any> {
  const done = await run(`${words} --json`, env);
  expect(done).toMatchObject({ exitCode: 0, stderr: "" });
  return JSON.parse(done.stdout);
}

test("before the set-up a chat says what is missing, with the code for missing settings", async () => {
  const { exitCode, stderr } = await run("chat Hello", { MOSAIC_API_KEY: `mpk_${"a".repeat(20)}_${"b".repeat(43)}` });
  expect(stderr).toContain("mosaic onboard");
  expect(exitCode).toBe(78);
});

test("onboard brings a new installation into use", async () => {
  const env = { MOSAIC_SETUP_TOKEN: SETUP_TOKEN, MOSAIC_NEW_PASSWORD: ADMIN_PASSWORD, MOSAIC_PROVIDER_KEY: PROVIDER_KEY };
  const done = await json("onboard --admin root --provider zai --type zai --model glm-5", env);
  expect(done).toMatchObject({ completed: true, provider: { name: "zai", hasApiKey: true } });
});

test("login makes a key, and the daily commands use it", async () => {
  expect(await run("login root", { MOSAIC_PASSWORD: ADMIN_PASSWORD })).toMatchObject({ exitCode: 0 });
  expect((await stat(join(homeDir, ".config/mosaic/config.json"))).mode & 0o777).toBe(0o600);
  expect(await json("status")).toMatchObject({ status: "stopped", phase: "never_started" });
  expect((await run("status")).stdout).toContain("stopped (never_started)");
});

test("providers are added with the models that the test finds, tested, made the default, and removed", async () => {
  const env = { MOSAIC_PROVIDER_KEY: PROVIDER_KEY };
  const added = await json("providers add second --type zai --default", env);
  expect(added.models.map(({ id }: { id: string }) => id)).toEqual(["glm-5", "glm-5-air"]);
  const { providers } = await json("providers list");
  expect(providers.map(({ name }: { name: string }) => name)).toEqual(["zai", "second"]);
  expect(await json("providers test second")).toMatchObject({ ok: true });
  await json("providers remove second --yes");
  expect((await run("providers list")).stdout).not.toContain("second");
});

test("a provider that the api refuses is refused with the field's name", async () => {
  const { exitCode, stderr } = await run("providers add local --type custom --base-url http://127.0.0.1:1/v1 -m x --no-test");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/baseUrl/);
});

test("keys are created with less than the caller's scopes, listed and revoked", async () => {
  const { apiKey, keyId } = await json("keys create script --scope chat:send");
  expect((await json("keys list")).keys).toHaveLength(2);
  expect(await run("status", { MOSAIC_API_KEY: apiKey })).toMatchObject({ exitCode: 77 });
  await json(`keys revoke ${keyId}`);
  expect((await run("chat Hello", { MOSAIC_API_KEY: apiKey })).exitCode).toBe(77);
});

test("an administrator adds users; a member does not", async () => {
  const env = { MOSAIC_ADMIN_PASSWORD: ADMIN_PASSWORD, MOSAIC_NEW_PASSWORD: MEMBER_PASSWORD };
  expect(await json("users add ann --as root --email ann@example.org", env)).toMatchObject({ systemRole: "member" });
  expect((await json("users list --as root", env)).users).toHaveLength(2);
  const refused = await run("users list --as ann", { MOSAIC_ADMIN_PASSWORD: MEMBER_PASSWORD });
  expect(refused.exitCode).toBe(77);
});

describe("on the host, when nobody can sign in", () => {
  const host = () => ({ DATABASE_URL: database.ownerUrl, MOSAIC_SECRET_KEY: database.rootKeyText });

  test("a breakglass administrator is created in the database, and can sign in", async () => {
    const env = { ...host(), MOSAIC_NEW_PASSWORD: "canary-breakglass-one-5d" };
    expect(await run("admin create-breakglass rescue", env)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await run("users list --as rescue", { MOSAIC_ADMIN_PASSWORD: "canary-breakglass-one-5d" })).toMatchObject({
      exitCode: 0,
    });
    const [row] = await database.asOwner("SELECT actor_name FROM mosaic.audit_events WHERE action = 'breakglass.create'");
    expect(row).toEqual({ actor_name: "mosaic admin" });
  });

  test("an existing one gets a new password only when asked to", async () => {
    const env = { ...host(), MOSAIC_NEW_PASSWORD: "canary-breakglass-two-6e" };
    expect(await run("admin create-breakglass rescue", env)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("taken"),
    });
    expect(await run("admin create-breakglass rescue --reset", env)).toMatchObject({ exitCode: 0 });
    expect(await run("users list --as rescue", { MOSAIC_ADMIN_PASSWORD: "canary-breakglass-one-5d" })).toMatchObject({
      exitCode: 77,
    });
    expect(await run("users list --as rescue", { MOSAIC_ADMIN_PASSWORD: "canary-breakglass-two-6e" })).toMatchObject({
      exitCode: 0,
    });
  });

  test("a wrong root key ends with the code for wrong settings", async () => {
    const env = { ...host(), MOSAIC_SECRET_KEY: "x".repeat(40), MOSAIC_NEW_PASSWORD: "canary-breakglass-two-6e" };
    expect((await run("admin create-breakglass other", env)).exitCode).toBe(78);
  });

  test("doctor finds database and api in order, and names what is not", async () => {
    const dataDir = await emptyHome();
    const env = { ...host(), TEMPORAL_ADDRESS: "127.0.0.1:1", MOSAIC_DATA_DIR: dataDir };
    // It waits for each part for a few seconds, and a busy machine may need more: then it is asked again.
    const checks = await waitFor(
      async () => {
        const found = doctorSchema.parse(JSON.parse((await run("doctor --json", env)).stdout)).checks;
        const isOk = (name: string): boolean => found.some((check) => check.name === name && check.status === "ok");
        return isOk("postgres") && isOk("api") && found;
      },
      { timeoutMs: 120_000, what: "database and api are in order" },
    );
    expect(checks).toContainEqual(
      expect.objectContaining({ name: "temporal", status: "fail", cure: expect.stringContaining("TEMPORAL_ADDRESS") }),
    );
  });
});

test("nothing that was printed holds a password or a provider's key", () => {
  for (const { stdout, stderr } of printed) expect(stdout + stderr).not.toContain("canary");
});
