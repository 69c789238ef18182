// `mosaic qa credentials exec` against the real broker: a command with a lease, its signals, its loss. Ends: credential-cli-lease-ends.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { claimOf } from "../../support/leases/credential-broker.ts";
import { CANARY, saysReady, SECRETS, useCredentialCli } from "../../support/leases/credential-cli.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const TEST_MS = 240_000;
const cli = useCredentialCli();

describe("a command with a lease", () => {
  test(
    "it gets the payload in a private file, its exit code is handed on, and nothing is left",
    async () => {
      await cli.add();
      const script = `
        const { statSync, readFileSync } = require("node:fs");
        const path = process.env.MOSAIC_QA_PAYLOAD_FILE;
        const { driverToken } = JSON.parse(readFileSync(path, "utf8"));
        console.log((statSync(path).mode & 0o777).toString(8), driverToken.length, process.env.MOSAIC_QA_KIND,
          "OPENCLAW_QA_CONVEX_SECRET_CI" in process.env);
        process.exit(7)`;
      const { code, stdout, stderr } = await cli.exec(script).ended;
      expect([code, stdout, stderr]).toEqual([7, `600 ${CANARY.length} ${cli.kind()} false\n`, ""]);
      expect([await cli.leaseOf(), await readdir(cli.folder())]).toEqual([undefined, []]);
    },
    TEST_MS,
  );

  test(
    "it gets the payload in its environment, whole and by field, where asked",
    async () => {
      await cli.add();
      const script = `console.log(JSON.parse(process.env.MOSAIC_QA_PAYLOAD).driverToken === process.env.TOKEN, process.env.GROUP)`;
      const { code, stdout } = await cli.exec(script, "--via", "env", "--set", "TOKEN=driverToken", "--set", "GROUP=groupId")
        .ended;
      expect([code, stdout]).toEqual([0, "true -100\n"]);
      const missing = await cli.exec("", "--set", "TOKEN=nothing").ended;
      expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("nothing")]);
      expect(await cli.leaseOf()).toBeUndefined();
    },
    TEST_MS,
  );

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s reaches the command, which ends in its own way; then the lease is released",
    async (signal) => {
      await cli.add();
      const held = cli.exec(`process.on("${signal}", () => { console.log("got it"); process.exit(9) });
        console.log("ready"); setInterval(() => {}, 1000)`);
      await saysReady(held);
      expect(await cli.leaseOf()).toBeDefined();
      held.child.kill(signal);
      expect(await held.ended).toMatchObject({ code: 9, stdout: "ready\ngot it\n" });
      expect([await cli.leaseOf(), await readdir(cli.folder())]).toEqual([undefined, []]);
    },
    TEST_MS,
  );

  test(
    "a killed command makes it exit with the signal's code, and the lease is released",
    async () => {
      await cli.add();
      const held = cli.exec(`console.log("ready", process.pid); setInterval(() => {}, 1000)`);
      await saysReady(held);
      await waitFor(() => held.stdout().endsWith("\n"), { timeoutMs: 60_000, what: "the line is whole" });
      process.kill(Number(held.stdout().split(" ")[1]), "SIGKILL");
      expect((await held.ended).code).toBe(137);
      expect([await cli.leaseOf(), await readdir(cli.folder())]).toEqual([undefined, []]);
    },
    TEST_MS,
  );

  test(
    "a missing command releases the lease and says so",
    async () => {
      await cli.add();
      const { code, stderr } = await cli.start(["exec", "--kind", cli.kind(), "--", "no-such-command-here"]).ended;
      expect([code, stderr]).toEqual([1, expect.stringContaining("no-such-command-here cannot be started (ENOENT)")]);
      expect(await cli.leaseOf()).toBeUndefined();
    },
    TEST_MS,
  );

  test(
    "after a command that failed the credential rests where its kind says so; after one that did not it is free",
    async () => {
      await cli.add();
      await cli.broker.ok("/admin/kind-limits", { kind: cli.kind(), limits: { coolDownMs: 600_000 } });
      const unavailable = async () => (await cli.broker.ok("/status", { kind: cli.kind() })).pools[0].unavailable;
      expect((await cli.exec("").ended).code).toBe(0);
      expect(await unavailable()).toMatchObject({ cooling_down: 0 });
      expect((await cli.exec("process.exit(3)").ended).code).toBe(3);
      expect(await unavailable()).toMatchObject({ leased: 0, cooling_down: 1 });
    },
    TEST_MS,
  );

  test(
    "processes that the command leaves running end before the lease is released",
    async () => {
      await cli.add();
      const script = `
        const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
        child.unref(); console.log(child.pid)`;
      const { code, stdout } = await cli.exec(script).ended;
      expect(code).toBe(0);
      expect(existsSync(`/proc/${stdout.trim()}/exe`)).toBe(false);
    },
    TEST_MS,
  );

  test(
    "a lease that somebody else has now stops the command and fails loudly, whatever the command says",
    async () => {
      await cli.add();
      const held = cli.start(
        [
          "exec",
          "--kind",
          cli.kind(),
          "--",
          process.execPath,
          "-e",
          `process.on("SIGTERM", () => process.exit(0));
          console.log("ready"); setInterval(() => {}, 1000)`,
        ],
        { OPENCLAW_QA_CREDENTIAL_HEARTBEAT_INTERVAL_MS: "10000" },
      );
      await saysReady(held);
      // Just after a heartbeat, so that the next one finds the lease taken, and not only expired.
      const { heartbeatAtMs } = await cli.leaseOf();
      const beaten = async () => (await cli.leaseOf()).heartbeatAtMs > heartbeatAtMs;
      await waitFor(beaten, { timeoutMs: 90_000, what: "a heartbeat came", everyMs: 20 });
      await cli.database.setClockOffset(3_600_000);
      const thief = await cli.broker.acquire(cli.kind(), "thief");
      const { code, stderr } = await held.ended;
      expect(code).toBe(75);
      expect(stderr).toContain("LEASE_NOT_OWNER");
      expect(await cli.leaseOf()).toMatchObject({ ownerId: "thief" });
      await cli.broker.ok("/release", claimOf(thief));
    },
    TEST_MS,
  );

  test(
    "it waits for its turn, and one that is interrupted while it waits leaves the queue",
    async () => {
      await cli.add();
      const lease = await cli.broker.acquire(cli.kind(), "first");
      const waiting = cli.exec(`console.log("ran")`);
      const queued = (count: number) =>
        waitFor(async () => (await cli.json(`status --kind ${cli.kind()}`)).pools[0].waiters === count, {
          timeoutMs: 90_000,
          what: `${count} are waiting`,
        });
      await queued(1);
      const second = cli.exec(`console.log("ran")`);
      await queued(2);
      second.child.kill("SIGINT");
      expect(await second.ended).toMatchObject({ code: 1, stdout: "" });
      await queued(1);
      await cli.broker.ok("/release", claimOf(lease));
      expect(await waiting.ended).toMatchObject({ code: 0, stdout: "ran\n" });
      expect(await cli.leaseOf()).toBeUndefined();
    },
    TEST_MS,
  );
});

test("nothing that was printed holds a payload's secret or the broker's", () => {
  expect(cli.printed.length).toBeGreaterThan(12);
  for (const text of cli.printed) for (const secret of SECRETS) expect(text).not.toContain(secret);
});
