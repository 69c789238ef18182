// The checks of `mosaic doctor` that need nothing but files and HTTP.
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeApi, type Answers } from "../../../tests/support/core/cli.ts";
import { apiChecks } from "./api-checks.ts";
import { runChecks } from "./check.ts";
import { folderCheck } from "./folder-check.ts";
import { nodeCheck } from "./node-check.ts";

describe("the api's checks", () => {
  let api: Awaited<ReturnType<typeof startFakeApi>>;
  afterEach(() => api.close());

  async function examine(answers: Answers) {
    api = await startFakeApi({ "GET /healthz": { body: { status: "ok" } }, ...answers });
    const results = await runChecks(apiChecks(new URL(api.url)));
    return Object.fromEntries(results.map(({ name, status }) => [name, status]));
  }

  test("tell degraded from down", async () => {
    const parts = {
      postgres: { status: "ok", detail: "" },
      temporal: { status: "degraded", detail: "It does not answer." },
      docker: { status: "down", detail: "The worker is silent." },
      isolation: { status: "ok", detail: "Off: agents can reach everything their host can." },
    };
    expect(await examine({ "GET /readyz": { body: { status: "degraded", parts } } })).toEqual({
      api: "ok",
      "ready: postgres": "ok",
      "ready: temporal": "warn",
      "ready: docker": "fail",
      "ready: isolation": "warn",
    });
  });

  test("say that it is another server when the answer is none of ours", async () => {
    const found = await examine({ "GET /readyz": { body: { hello: "world" } } });
    expect(found["ready: postgres"]).toBe("fail");
  });

  test("blame the api alone when it does not answer", async () => {
    api = await startFakeApi({});
    await api.close();
    const results = await runChecks(apiChecks(new URL(api.url)));
    expect(results.filter(({ status }) => status === "fail").map(({ name }) => name)).toEqual(["api"]);
    expect(results[0]?.cure).toBe("mosaic up");
  });
});

describe("the data directory", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "mosaic-doctor-"));
  });

  test("is made by the first start, so that its absence is no failure", async () => {
    expect(await folderCheck(join(folder, "none"), []).run()).toMatchObject({ status: "warn" });
  });

  test("fails when a secret in it can be read by others, and says how to close it", async () => {
    const path = join(folder, "secret.key");
    await writeFile(path, "secret", { mode: 0o600 });
    expect(await folderCheck(folder, ["secret.key"]).run()).toMatchObject({ status: "ok" });
    await chmod(path, 0o640);
    expect(await folderCheck(folder, ["secret.key"]).run()).toMatchObject({ status: "fail", cure: `chmod 600 ${path}` });
  });
});

test.each([
  ["24.15.0", "fail"],
  ["24.16.0", "ok"],
  ["25.0.0", "ok"],
  ["20.20.2", "fail"],
])("Node.js %s is %s", async (version, status) => {
  expect(await nodeCheck(version).run()).toMatchObject({ status });
});

test("a check that throws counts as failed, with its reason", async () => {
  const run = async () => await Promise.reject(new Error("It broke."));
  expect(await runChecks([{ name: "x", run }])).toEqual([{ name: "x", status: "fail", detail: "It broke.", cure: null }]);
});
