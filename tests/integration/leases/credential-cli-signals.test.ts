// Signals to `mosaic qa credentials exec` at every moment: a granted lease is always released.
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CHUNK_MARKER_KEY } from "../../../contracts/leases/credential-lease.ts";
import { CANARY, saysReady, useCredentialCli } from "../../support/leases/credential-cli.ts";
import { shortLease, startFakeBroker } from "../../support/leases/fake-broker.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const ROOT = join(import.meta.dirname, "../../..");
const TEST_MS = 240_000;
const STEP_MS = 90_000;
const TTL_MS = 1_200_000;
/** Tests that would go on for a while, but not for ever, should nobody stop them. */
const TESTS = `console.log("ready"); setTimeout(() => {}, 200000)`;
const cli = useCredentialCli();

const execAt = (url: string, script: string) =>
  cli.start(["exec", "--kind", "k", "--", process.execPath, "-e", script], { OPENCLAW_QA_CONVEX_SITE_URL: url });
const called = (seen: readonly string[], call: string) =>
  waitFor(() => seen.includes(call), { timeoutMs: STEP_MS, what: `${call} is called`, everyMs: 20 });

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s while the payload is read: there is no command, and the lease is released",
  async (signal) => {
    const marker = { [CHUNK_MARKER_KEY]: true, byteLength: 600_000, chunkCount: 3 };
    const never = new Promise<never>(() => {});
    const broker = await startFakeBroker((call) =>
      call === "acquire" ? shortLease(TTL_MS, { payload: marker }) : call === "payload-chunk" ? never : {},
    );
    const run = execAt(broker.url, `console.log("ran")`);
    await called(broker.seen, "payload-chunk");
    run.child.kill(signal);
    expect(await run.ended).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("Interrupted") });
    expect(broker.seen).toEqual(["acquire", "payload-chunk", "release"]);
    expect(await readdir(cli.folder())).toEqual([]);
    await broker.close();
  },
  TEST_MS,
);

test(
  "signals after the command ended do not keep the lease from being released",
  async () => {
    let answerRelease = (): void => {};
    const held = new Promise<object>((resolve) => (answerRelease = () => resolve({})));
    const broker = await startFakeBroker((call) => (call === "acquire" ? shortLease(TTL_MS) : call === "release" ? held : {}));
    const run = execAt(broker.url, "process.exit(7)");
    await called(broker.seen, "release");
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGINT"] as const) run.child.kill(signal);
    answerRelease();
    expect((await run.ended).code).toBe(7);
    await broker.close();
  },
  TEST_MS,
);

test(
  "the documented step for GitHub Actions: a cancelled job releases the credential",
  async () => {
    const page = await readFile(join(ROOT, "docs/credential-leases.md"), "utf8");
    const [, script = ""] = /^ {2}run: (.* qa credentials exec .*)$/m.exec(page) ?? [];
    expect(script).toContain("--kind telegram");
    await symlink(ROOT, join(cli.folder(), ".mosaic"));
    await writeFile(join(cli.folder(), "step.sh"), script);
    await writeFile(join(cli.folder(), "package.json"), JSON.stringify({ scripts: { "test:telegram": "node tests.cjs" } }));
    await writeFile(join(cli.folder(), "tests.cjs"), TESTS);
    const payload = { groupId: "-100123", driverToken: CANARY, sutToken: "222:sut" };
    await cli.broker.ok("/admin/add", { kind: "telegram", payload });
    const leaseNow = async () => (await cli.broker.list({ kind: "telegram" }))[0].lease;
    // As the runner does it: the script in a file, and a signal to the process that it started, to that alone.
    const PATH = `${dirname(process.execPath)}:${process.env["PATH"]}`;
    const job = cli.startProgram(["bash", "-e", join(cli.folder(), "step.sh")], { PATH });
    await saysReady(job);
    expect(await leaseNow()).toBeDefined();
    job.child.kill("SIGINT");
    await waitFor(async () => (await leaseNow()) === undefined, { timeoutMs: STEP_MS, what: "the lease is released" });
    expect((await job.ended).code).not.toBe(0);
  },
  TEST_MS,
);
