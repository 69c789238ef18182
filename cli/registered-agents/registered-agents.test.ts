// `mosaic registered-agents` and `mosaic chat --agent`.
import type { ServerResponse } from "node:http";
import { mosaic, startFakeApi, type Answers, type CliSetting } from "../../tests/support/core/cli.ts";

const SCOUT = {
  id: "6f1c0c3e-1f6e-4f0e-9c59-0a5f5d6c7b01",
  name: "scout",
  displayName: "Scout",
  role: "developer",
  gatewayUrl: "https://scout.example.org",
  agentId: "main",
  model: null,
  isActive: true,
  createdAt: "2026-11-20T10:00:00.000Z",
  updatedAt: "2026-11-20T10:00:00.000Z",
};
const SETTINGS = {
  ...SCOUT,
  isSystemAgent: false,
  tokenSource: "stored",
  tokenVariable: "OPENCLAW_TOKEN_SCOUT",
  audience: { who: "everyone", workspaces: [], people: [], agents: [] },
};
const OPENED = {
  status: 201,
  body: {
    user: { id: SCOUT.id, name: "root", systemRole: "admin" },
    csrfToken: "csrf-1",
    expiresAt: "2026-11-21T10:00:00.000Z",
  },
  headers: { "set-cookie": "mosaic_session=abc; Path=/" },
};
const TESTED = { isReachable: true, isTokenAccepted: true, isAgentKnown: true, models: ["openclaw/main"], message: null };

let api: Awaited<ReturnType<typeof startFakeApi>>;
afterEach(() => api.close());

async function run(words: readonly string[], answers: Answers, setting: CliSetting = {}) {
  api = await startFakeApi({ "POST /api/session": OPENED, "DELETE /api/session": { status: 204 }, ...answers });
  const env = { MOSAIC_URL: api.url, MOSAIC_ADMIN_PASSWORD: "admin password", MOSAIC_API_KEY: "mpk_a_b", ...setting.env };
  return await mosaic(words, { ...setting, env });
}
const asRoot = (...words: string[]) => ["registered-agents", ...words, "--as", "root"];
const calls = () => api.seen.map(({ method, path }) => `${method} ${path}`);

test("list shows where each token comes from, and signs out", async () => {
  const watch = { ...SETTINGS, name: "watch", isSystemAgent: true, gatewayUrl: null, tokenSource: "none" };
  const { stdout } = await run(asRoot("list"), { "GET /api/registered-agents": { body: { agents: [SETTINGS, watch] } } });
  expect(stdout).toMatch(/^scout +Scout +developer +https:\/\/scout\.example\.org +main +yes +stored$/m);
  expect(stdout).toMatch(/^watch +.*\(system agent\)/m);
  expect(calls().at(-1)).toBe("DELETE /api/session");
});

test("add sends what was given, with the token from the environment, which is not printed", async () => {
  const words = asRoot("add", "scout", "--gateway-url", SCOUT.gatewayUrl, "--token");
  const answers = { "POST /api/openclaw/agents": { status: 201, body: SCOUT } };
  const { exitCode, stdout, stderr } = await run(words, answers, { env: { MOSAIC_GATEWAY_TOKEN: "a-secret-token" } });
  expect(exitCode).toBe(0);
  expect(api.seen[1]?.body).toEqual({
    name: "scout",
    displayName: "scout",
    role: "developer",
    gatewayUrl: SCOUT.gatewayUrl,
    token: "a-secret-token",
  });
  expect(stdout + stderr).not.toContain("a-secret-token");
});

test("set changes only what is named, and nothing is a mistake", async () => {
  const answers = { "PATCH /api/openclaw/agents/scout": { body: { ...SCOUT, name: "ranger" } } };
  await run(asRoot("set", "scout", "--name", "ranger", "--inactive"), answers);
  expect(api.seen[1]?.body).toEqual({ name: "ranger", isActive: false });
  await api.close();
  expect((await run(asRoot("set", "scout"), answers)).exitCode).toBe(2);
});

test("remove asks first, where somebody is there to answer", async () => {
  const answers = { "DELETE /api/openclaw/agents/scout": { status: 204 } };
  expect((await run(asRoot("remove", "scout"), answers)).exitCode).toBe(2);
  expect(calls()).toEqual([]);
  await api.close();
  expect((await run(asRoot("remove", "scout", "--yes"), answers)).exitCode).toBe(0);
});

test("the test of a gateway ends with an error when something is wrong", async () => {
  const answers = (message: string | null) => ({ "POST /api/openclaw/agents/scout/test": { body: { ...TESTED, message } } });
  expect(await run(asRoot("test", "scout"), answers(null))).toMatchObject({
    exitCode: 0,
    stdout: "The gateway of scout works.\n",
  });
  await api.close();
  const refused = await run(asRoot("test", "scout"), answers("The gateway rejects the token."));
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("rejects the token");
});

describe("chat --agent", () => {
  const answering = (events: string): Answers => ({
    "POST /api/openclaw/chat": {
      write: (response: ServerResponse) => void response.writeHead(200, { "content-type": "text/event-stream" }).end(events),
    },
  });

  test("asks the registered agent and prints its answer", async () => {
    const answer = 'data: {"content":"Hi "}\n\ndata: {"content":"there"}\n\ndata: [DONE]\n\n';
    const { stdout } = await run(["chat", "--agent", "scout", "Hello"], answering(answer));
    expect(stdout).toBe("Hi there\n");
    expect(api.seen[0]?.body).toEqual({ agent: "scout", messages: [{ role: "user", content: "Hello" }] });
  });

  test("tells a failure in the agent's words", async () => {
    const message = "OpenClaw gateway for agent 'scout' is unavailable";
    const { exitCode, stderr } = await run(
      ["chat", "-a", "scout", "Hello"],
      answering(`event: error\ndata: {"error":"${message}"}\n\n`),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
  });

  test("cannot continue a conversation of your own agent", async () => {
    const { exitCode } = await run(["chat", "-a", "scout", "-c", "travel", "Hello"], answering(""));
    expect(exitCode).toBe(2);
    expect(api.seen).toEqual([]);
  });
});
