// How `mosaic` ends, and what it says then.
import { createServer } from "node:net";
import { mosaic, startFakeApi, type Answers } from "../tests/support/core/cli.ts";

const KEY = { MOSAIC_API_KEY: "mpk_test_secret" };
let api: Awaited<ReturnType<typeof startFakeApi>>;
afterEach(() => api?.close());

async function statusWith(answer: Answers[string], extra: readonly string[] = []) {
  api = await startFakeApi({ "GET /api/me/agent": answer });
  return mosaic(["status", ...extra], { env: { ...KEY, MOSAIC_URL: api.url } });
}

function failure(status: number, code: string): Answers[string] {
  return { status, body: { error: { code, message: `It is ${code}.`, requestId: "req_1" } } };
}

test("help teaches with examples and names the exit codes", async () => {
  const { exitCode, stdout } = await mosaic(["--help"]);
  expect(exitCode).toBe(0);
  for (const part of ["mosaic up --demo", "mosaic chat", "Exit codes:", "MOSAIC_API_KEY"]) expect(stdout).toContain(part);
});

test("--version prints the version alone", async () => {
  const { exitCode, stdout } = await mosaic(["--version"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test("each command has help of its own", async () => {
  for (const command of ["up", "chat", "status", "login", "providers", "keys", "users", "onboard", "admin", "doctor"]) {
    const { exitCode, stdout } = await mosaic([command, "--help"]);
    expect([command, exitCode]).toEqual([command, 0]);
    expect(stdout).toContain(`mosaic ${command}`);
  }
});

test("an unknown command ends with 2", async () => {
  const { exitCode, stderr } = await mosaic(["fly"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("unknown command");
});

test("a missing key ends with 77 and says how to get one", async () => {
  const { exitCode, stderr } = await mosaic(["status"]);
  expect(exitCode).toBe(77);
  expect(stderr).toContain("mosaic login");
});

test("a URL that is none ends with 2", async () => {
  expect((await mosaic(["status", "--url", "fleet"], { env: KEY })).exitCode).toBe(2);
});

test("an installation that does not answer ends with 69", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const address = closed.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await new Promise<void>((resolve) => closed.close(() => resolve()));
  const { exitCode, stderr } = await mosaic(["status", "--url", `http://127.0.0.1:${port}`], { env: KEY });
  expect(exitCode).toBe(69);
  expect(stderr).toMatch(/does not answer \(ECONNREFUSED\)/);
});

test.each([
  [401, "UNAUTHENTICATED", 77],
  [403, "FORBIDDEN", 77],
  [404, "NOT_FOUND", 1],
  [409, "PROVIDER_REQUIRED", 78],
  [503, "ONBOARDING_REQUIRED", 78],
  [503, "DATABASE_UNAVAILABLE", 69],
  [422, "VALIDATION_FAILED", 2],
])("an answer %i %s ends with %i", async (status, code, exitCode) => {
  expect((await statusWith(failure(status, code))).exitCode).toBe(exitCode);
});

test("an error says what the API said, and which request it was", async () => {
  const { stderr, stdout } = await statusWith(failure(503, "DATABASE_UNAVAILABLE"));
  expect(stderr).toContain("It is DATABASE_UNAVAILABLE.");
  expect(stderr).toContain("req_1");
  expect(stdout).toBe("");
});

test("with --json an error is JSON too, on standard error", async () => {
  const { stderr, stdout } = await statusWith(failure(404, "NOT_FOUND"), ["--json"]);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: "NOT_FOUND", message: "It is NOT_FOUND." } });
  expect(stdout).toBe("");
});

test("something that is not this product is not mistaken for it", async () => {
  const { exitCode, stderr } = await statusWith({
    write: (response) => response.writeHead(502).end("<html>Bad gateway</html>"),
  });
  expect(exitCode).toBe(69);
  expect(stderr).toContain("not as this product does");
});

test("a redirect is not followed, because the key would go along", async () => {
  const { exitCode } = await statusWith({ status: 302, headers: { location: "/elsewhere" } });
  expect(exitCode).toBe(69);
  expect(api.seen.map(({ path }) => path)).toEqual(["/api/me/agent"]);
});
