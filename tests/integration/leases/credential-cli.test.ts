// `mosaic qa credentials` against the real broker: the pool, and leases by hand.
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BROKER_ENV, claimOf } from "../../support/leases/credential-broker.ts";
import { CANARY, SECRETS, useCredentialCli } from "../../support/leases/credential-cli.ts";

const TEST_MS = 240_000;
const cli = useCredentialCli();

describe("the pool", () => {
  test(
    "credentials are added, listed, refused while leased, and removed, in the original's words and documents",
    async () => {
      await writeFile(join(cli.folder(), "payload.json"), JSON.stringify({ driverToken: CANARY }));
      const words = `add --kind ${cli.kind()} --payload-file payload.json --note pool-1`;
      const { credential, ...rest } = await cli.json(words);
      expect(rest).toEqual({ status: "ok", action: "add" });
      expect(credential).toMatchObject({ kind: cli.kind(), status: "active", note: "pool-1", lastLeasedAtMs: 0 });
      const { credentialId } = credential;
      const listed = await cli.json(`list --kind ${cli.kind()}`);
      expect(listed).toMatchObject({ status: "ok", action: "list", count: 1, credentials: [{ credentialId }] });
      expect(JSON.stringify(listed)).not.toContain(CANARY);

      const lease = await cli.broker.acquire(cli.kind(), "ci-run-1");
      expect((await cli.run(`list --kind ${cli.kind()}`)).stdout).toMatch(
        /credentialId +kind +status +leased +note\n.*yes\(ci:ci-run-1\)/,
      );
      const refused = await cli.run(`remove --credential-id ${credentialId} --json`);
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.stdout)).toMatchObject({ status: "error", action: "remove", code: "LEASE_ACTIVE" });
      await cli.broker.ok("/release", claimOf(lease));

      expect((await cli.run(`remove --credential-id ${credentialId}`)).stdout).toBe(
        `QA credential removed (disabled): ${credentialId}\n`,
      );
      expect((await cli.run(`remove --credential-id ${credentialId}`)).stdout).toBe(
        `QA credential already disabled: ${credentialId}\n`,
      );
      expect(await cli.json(`remove --credential-id ${credentialId}`)).toMatchObject({ action: "remove", changed: false });
    },
    TEST_MS,
  );

  test(
    "secrets are shown to those who ask for them, and to nobody else",
    async () => {
      await cli.add();
      const shown = (await cli.start(["list", "--kind", cli.kind(), "--show-secrets"]).ended).stdout;
      expect(shown).toContain(CANARY);
      cli.printed.splice(cli.printed.indexOf(shown), 1);
      expect((await cli.run(`list --kind ${cli.kind()}`)).stdout).not.toContain(CANARY);
    },
    TEST_MS,
  );

  test.each([
    ["a missing address", { OPENCLAW_QA_CONVEX_SITE_URL: "" }, "MISSING_SITE_URL"],
    ["an address that is none", { OPENCLAW_QA_CONVEX_SITE_URL: "nowhere" }, "INVALID_SITE_URL"],
    ["http to another machine", { OPENCLAW_QA_CONVEX_SITE_URL: "http://192.0.2.1:1" }, "INVALID_SITE_URL"],
    ["http without the opt-in", { OPENCLAW_QA_ALLOW_INSECURE_HTTP: "" }, "INVALID_SITE_URL"],
    ["a prefix that climbs", { OPENCLAW_QA_CONVEX_ENDPOINT_PREFIX: "/a/../b" }, "INVALID_ARGUMENT"],
    ["a missing secret", { OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: " " }, "MISSING_MAINTAINER_SECRET"],
    ["a wrong secret", { OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: "wrong" }, "AUTH_INVALID"],
    [
      "the secret of ci",
      { OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: BROKER_ENV.OPENCLAW_QA_CONVEX_SECRET_CI },
      "AUTH_ROLE_MISMATCH",
    ],
    ["a timeout that is no number", { OPENCLAW_QA_CREDENTIAL_HTTP_TIMEOUT_MS: "soon" }, "INVALID_ENV"],
    ["a broker that is away", { OPENCLAW_QA_CONVEX_SITE_URL: "http://127.0.0.1:1" }, "BROKER_REQUEST_FAILED"],
    ["a path that leads elsewhere", { OPENCLAW_QA_CONVEX_ENDPOINT_PREFIX: "/healthz" }, "BROKER_HTTP_ERROR"],
  ])(
    "%s ends with 1 and the original's code",
    async (_name, env, code) => {
      const { stdout, code: exitCode } = await cli.run("list --json", env);
      expect(JSON.parse(stdout)).toMatchObject({ status: "error", action: "list", code });
      expect(exitCode).toBe(1);
    },
    TEST_MS,
  );

  test(
    "doctor names each setting in the original's order, and fails on the broker alone when that is the trouble",
    async () => {
      await cli.add();
      const { checks, status } = await cli.json("doctor");
      expect(checks.map(({ name }: { name: string }) => name)).toEqual([
        "OPENCLAW_QA_CONVEX_SITE_URL",
        "OPENCLAW_QA_CONVEX_ENDPOINT_PREFIX",
        "OPENCLAW_QA_CONVEX_SECRET_CI",
        "OPENCLAW_QA_CONVEX_SECRET_MAINTAINER",
        "OPENCLAW_QA_CREDENTIAL_HTTP_TIMEOUT_MS",
        "broker admin/list",
      ]);
      expect(status).toBe("pass");
      const away = await cli.run("doctor --json", { OPENCLAW_QA_CONVEX_SITE_URL: "http://127.0.0.1:1" });
      expect(away.code).toBe(1);
      expect(JSON.parse(away.stdout).checks.map((check: { status: string }) => check.status)).toEqual([
        "pass",
        "pass",
        "pass",
        "pass",
        "pass",
        "fail",
      ]);
    },
    TEST_MS,
  );
});

describe("a lease by hand", () => {
  test(
    "it is in a file of mode 600, is renewed and released, and its files are removed with it",
    async () => {
      await cli.add();
      const acquired = await cli.json(
        `acquire --kind ${cli.kind()} --lease-file lease.json --payload-file payload.json --owner-id me`,
      );
      expect(acquired).toMatchObject({ status: "ok", action: "acquire", kind: cli.kind(), ownerId: "me" });
      for (const name of ["lease.json", "payload.json"])
        expect((await stat(join(cli.folder(), name))).mode & 0o777).toBe(0o600);
      expect(JSON.parse(await readFile(join(cli.folder(), "payload.json"), "utf8"))).toMatchObject({ driverToken: CANARY });
      const before = (await cli.leaseOf()).heartbeatAtMs;
      await cli.run("heartbeat --lease-file lease.json");
      expect((await cli.leaseOf()).heartbeatAtMs).toBeGreaterThan(before);
      expect(await cli.json("release --lease-file lease.json")).toMatchObject({ status: "ok", action: "release" });
      expect([await cli.leaseOf(), await readdir(cli.folder())]).toEqual([undefined, []]);
    },
    TEST_MS,
  );

  test(
    "a lease that cannot be written to its file is released immediately",
    async () => {
      await cli.add();
      await writeFile(join(cli.folder(), "lease.json"), "mine");
      expect((await cli.run(`acquire --kind ${cli.kind()} --lease-file lease.json`)).code).toBe(2);
      expect(await cli.leaseOf()).toBeUndefined();
      expect(await readFile(join(cli.folder(), "lease.json"), "utf8")).toBe("mine");
    },
    TEST_MS,
  );

  test(
    "a bad credential is reported and leaves the pool, whose status says so",
    async () => {
      await cli.add();
      await cli.run(`acquire --kind ${cli.kind()} --lease-file lease.json`);
      await cli.start(["release", "--lease-file", "lease.json", "--report-bad", "logged out"]).ended;
      const { pools } = await cli.json(`status --kind ${cli.kind()}`);
      expect(pools).toMatchObject([
        { kind: cli.kind(), total: 1, free: 0, unavailable: { quarantined: 1 }, exhausted: "all_disabled" },
      ]);
      const nothing = await cli.run(`acquire --kind ${cli.kind()} --lease-file other.json --timeout-ms 200 --json`);
      expect(nothing.code).toBe(69);
      expect(JSON.parse(nothing.stdout)).toMatchObject({ action: "acquire", code: "POOL_EXHAUSTED" });
    },
    TEST_MS,
  );
});

test("nothing that was printed holds a payload's secret or the broker's", () => {
  expect(cli.printed.length).toBeGreaterThan(20);
  for (const text of cli.printed) for (const secret of SECRETS) expect(text).not.toContain(secret);
});
