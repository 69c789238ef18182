// `mosaic qa credentials exec` when its lease comes to an end: heartbeats that fail or move nothing, and clocks that jump.
import { existsSync } from "node:fs";
import { useCredentialCli } from "../../support/leases/credential-cli.ts";
import { shortLease, startFakeBroker, type FakeAnswer } from "../../support/leases/fake-broker.ts";

const TEST_MS = 240_000;
const cli = useCredentialCli();

const startShort = (lease: FakeAnswer, heartbeat: (nth: number) => FakeAnswer) =>
  startFakeBroker((call, nth) => (call === "acquire" ? lease : call === "heartbeat" ? heartbeat(nth) : {}));
const execAt = (url: string, script: string, graceMs = "500") =>
  cli.start(["exec", "--kind", "k", "--grace-ms", graceMs, "--", process.execPath, "-e", script], {
    OPENCLAW_QA_CONVEX_SITE_URL: url,
  }).ended;
/** A command that would end well, if it were left in peace. */
const ENDS_LATER = `setTimeout(() => console.log("done"), 40000)`;

describe("while the broker is away", () => {
  test(
    "heartbeats are tried again, and a command outlives an outage that is shorter than the lease",
    async () => {
      const short = await startShort(shortLease(12_000), (nth) => ({ status: nth <= 2 ? 503 : 200 }));
      const { code, stdout, stderr } = await execAt(short.url, `setTimeout(() => console.log("done"), 14000)`);
      expect([code, stdout]).toEqual([0, "done\n"]);
      // Those two, and no other.
      expect(stderr.match(/a heartbeat failed \(\w+\)/g)).toEqual(Array(2).fill("a heartbeat failed (BROKER_HTTP_ERROR)"));
      expect(short.seen.at(-1)).toBe("release");
      await short.close();
    },
    TEST_MS,
  );

  test(
    "a command is stopped before the lease runs out, also one that will not end, and so is what it started",
    async () => {
      const short = await startShort(shortLease(15_000), () => ({ status: 503 }));
      const script = `
        const started = Date.now();
        const child = require("node:child_process").spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"]);
        process.on("SIGTERM", () => console.log("asked", child.pid, Date.now() - started < 15000));
        setInterval(() => {}, 1000)`;
      const { code, stdout, stderr } = await execAt(short.url, script, "5000");
      expect(code).toBe(75);
      const [, asked, pid, inTime] = /^(asked) (\d+) (true|false)\n$/.exec(stdout) ?? [];
      expect([asked, inTime]).toEqual(["asked", "true"]);
      expect(existsSync(`/proc/${pid}/exe`)).toBe(false);
      expect(stderr).toContain("stopped before the lease expired");
      expect(short.seen.at(-1)).toBe("release");
      await short.close();
    },
    TEST_MS,
  );
});

test(
  "a lease that reached the maximum lifetime of its kind is reported as that, and a retry is not suggested",
  async () => {
    const times = { expiresAtMs: 1_000_012_000, mustEndAtMs: 1_000_014_000 };
    const short = await startShort(shortLease(12_000, times), () => ({ facts: { expiresAtMs: times.mustEndAtMs } }));
    const { code, stdout, stderr } = await execAt(short.url, ENDS_LATER);
    expect([code, stdout]).toEqual([78, ""]);
    expect(stderr).toContain("lasts at most 14 s (maxLifetimeMs)");
    expect(stderr).not.toContain("NO_HEARTBEAT");
    expect(short.seen).toContain("heartbeat");
    expect(short.seen.at(-1)).toBe("release");
    await short.close();
  },
  TEST_MS,
);

test(
  "a database whose clock jumps ahead does not make a lease last longer than requested",
  async () => {
    const began = 1_000_000_000;
    const short = await startShort(shortLease(6_000, { expiresAtMs: began + 6_000 }), (nth) =>
      nth === 1 ? { facts: { expiresAtMs: began + 3_606_000 } } : { status: 503 },
    );
    const { code, stdout, stderr } = await execAt(short.url, ENDS_LATER);
    expect([code, stdout]).toEqual([75, ""]);
    expect(stderr).toContain("stopped before the lease expired");
    await short.close();
  },
  TEST_MS,
);

test(
  "the time that a command has to exit is measured by the granted lease, not by the requested one",
  async () => {
    const short = await startShort(shortLease(60_000), () => ({}));
    const { code, stdout, stderr } = await execAt(short.url, `setTimeout(() => console.log("done"), 2000)`, "60000");
    expect([code, stdout, stderr]).toEqual([0, "done\n", ""]);
    await short.close();
  },
  TEST_MS,
);
