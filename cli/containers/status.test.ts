// `mosaic status`.
import type { ContainerView } from "../../contracts/containers/agent-container.ts";
import { givenReason, plainReason } from "../../contracts/containers/container-reasons.ts";
import { mosaic, startFakeApi } from "../../tests/support/core/cli.ts";

const VIEW: ContainerView = {
  name: "mosaic-user-0b7e6f0c-6a3f-4b0e-9a58-3f1a2a4e7d10",
  status: "error",
  phase: "failed",
  reason: plainReason("gave_up"),
  lastLogLines: ["heap limit reached", "\u001b]0;evil title\u0007"],
  host: "local",
  image: "mosaic-agent:1",
  generation: 5,
  configRevision: 3,
  appliedRevision: 2,
  startedAt: "2026-11-20T10:00:00.000Z",
  lastActivityAt: null,
  sleepsAt: null,
  timeline: [
    {
      id: "6f1c0c3e-1f6e-4f0e-9c59-0a5f5d6c7b01",
      at: "2026-11-20T10:00:00.000Z",
      cause: "gave_up",
      phase: "failed",
      actor: "system",
      actorName: null,
      reason: plainReason("out_of_memory"),
      generation: 5,
    },
  ],
};

let api: Awaited<ReturnType<typeof startFakeApi>>;
beforeEach(async () => {
  api = await startFakeApi({ "GET /api/me/agent": { body: VIEW } });
});
afterEach(() => api.close());

function status(words: readonly string[] = [], terminal = false, extra = {}) {
  return mosaic(["status", ...words], { env: { MOSAIC_URL: api.url, MOSAIC_API_KEY: "mpk_a_b", ...extra }, terminal });
}

test("shows state, reason, last lines and timeline, and sends the key as Bearer", async () => {
  const { exitCode, stdout } = await status();
  expect(exitCode).toBe(0);
  for (const part of ["error (failed)", "Too many failures in a row.", "heap limit reached", "gave_up", VIEW.name]) {
    expect(stdout).toContain(part);
  }
  expect(stdout).toContain("revision 2 applied, 3 pending");
  expect(api.seen[0]?.headers.authorization).toBe("Bearer mpk_a_b");
});

test("says who stopped it, and why", async () => {
  const asked = { id: "6f1c0c3e-1f6e-4f0e-9c59-0a5f5d6c7b02", at: "2026-11-20T11:00:00.000Z", cause: "stop_requested" };
  const by = { actor: "6f1c0c3e-1f6e-4f0e-9c59-0a5f5d6c7b03", actorName: "Ana", reason: givenReason("Left the company.") };
  const timeline = [...VIEW.timeline, { ...asked, ...by, phase: "ready", generation: 5 }];
  const stopped = await startFakeApi({
    "GET /api/me/agent": {
      body: { ...VIEW, status: "stopped", phase: "stopping", reason: plainReason("config_changed"), timeline },
    },
  });
  const { stdout } = await status([], false, { MOSAIC_URL: stopped.url });
  await stopped.close();
  expect(stdout).toMatch(/Reason +Stopped by Ana: “Left the company\.”/);
  expect(stdout).not.toContain("The configuration changed.");
});

test("with --json it is the answer of the API", async () => {
  expect(JSON.parse((await status(["--json"])).stdout)).toEqual(VIEW);
});

test("uses colour at a terminal alone, and none with NO_COLOR", async () => {
  const coloured = "\u001b[31merror";
  expect((await status([], true)).stdout).toContain(coloured);
  expect((await status([], true, { NO_COLOR: "1" })).stdout).not.toContain("\u001b");
  expect((await status()).stdout).not.toContain("\u001b");
});

test("a container's words cannot steer the terminal", async () => {
  expect((await status()).stdout).toContain("]0;evil title");
  for (const control of ["\u001b", "\u0007"]) expect((await status()).stdout).not.toContain(control);
});
