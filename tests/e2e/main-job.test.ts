// The main job on the real OpenClaw, through the public API: from first boot to retirement of the container.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startDemoModelServer, type RecordedRequest } from "../support/model-server.ts";
import { openaiClient, streamedReply } from "../support/openai-chat.ts";
import { ApiSession } from "../support/api-session.ts";
import { canariesIn, filesWithCanaries, processList } from "../support/canaries.ts";
import * as engine from "../support/engine.ts";
import { describeGatewayContract } from "../support/gateway-contract.ts";
import { removeStack, startStack, type Stack } from "../support/stack.ts";
import { historyLength, historyText, openRunOf } from "../support/temporal-history.ts";
import { waitFor } from "../support/wait-for.ts";

const run = promisify(execFile);
const PASSWORD = "canary-admin-password-5d1f";
const PROVIDER_KEY = "canary-provider-key-9b7e4f";
const SECOND_PASSWORD = "canary-second-password-77aa";
const SECRET_WORD = "heliotrope";

let stack: Stack;
let model: Awaited<ReturnType<typeof startDemoModelServer>>;
let admin: ApiSession;
let tenant: string;
let apiKey: string;
const recorded: RecordedRequest[] = [];

beforeAll(async () => {
  // The model stands on the agents' bridge.
  stack = await startStack({ environment: { MOSAIC_PROVIDER_NETWORKS: "private" } });
  if (stack.installation === null) throw new Error("The installation made no network");
  model = await startDemoModelServer({ host: stack.installation.gatewayAddress, apiKey: PROVIDER_KEY, recorded });
  admin = new ApiSession(stack.url);
}, 600_000);

afterAll(async () => {
  await model?.close();
  await removeStack(stack);
}, 120_000);

async function say(text: string, conversation: string): Promise<string> {
  return await streamedReply({ url: stack.url, apiKey, text, conversation });
}

async function agent(): Promise<any> {
  return await admin.expect(200, "GET", "/api/me/agent");
}

async function ownContainer(): Promise<{ Id: string }> {
  const found = await engine.containersOf(`mosaic.tenant=${tenant}`);
  const first = found[0];
  if (found.length !== 1 || !first) throw new Error(`${found.length} containers of the tenant`);
  return first;
}

async function runningAgain(afterGeneration: number): Promise<any> {
  return await waitFor(
    async () => {
      const view = await agent();
      return view.status === "running" && view.generation > afterGeneration && view;
    },
    { timeoutMs: 120_000, everyMs: 500, what: `a generation after ${afterGeneration} runs` },
  );
}

describe("from nothing to an agent that remembers", () => {
  test("before onboarding only onboarding and health answer", async () => {
    expect((await admin.call("GET", "/healthz")).status).toBe(200);
    expect((await admin.call("GET", "/api/me/agent")).json.error.code).toBe("ONBOARDING_REQUIRED");
  });

  test("onboarding makes the first admin, tests the provider for real, and is done", async () => {
    const credentials = { username: "root.admin", password: PASSWORD };
    expect((await admin.call("POST", "/api/onboarding/breakglass", credentials)).status).toBe(403);
    await admin.expect(201, "POST", "/api/onboarding/breakglass", credentials, { "x-mosaic-setup-token": stack.setupToken });
    const session = await admin.expect(200, "GET", "/api/session");
    tenant = `human:${session.user.id}`;
    const provider = { name: "demo", displayName: "Demo", type: "custom", baseUrl: model.url, models: ["demo-1"] };
    const refused = await admin.call("POST", "/api/onboarding/provider", { ...provider, apiKey: "wrong" });
    expect(refused.json.error.code).toBe("PROVIDER_TEST_FAILED");
    await admin.expect(201, "POST", "/api/onboarding/provider", { ...provider, apiKey: PROVIDER_KEY });
    await admin.expect(200, "POST", "/api/onboarding/complete", {});
    apiKey = (await admin.expect(201, "POST", "/api/me/keys", { name: "e2e", scopes: ["chat:send"] })).apiKey;
  });

  test("the first chat creates the container and streams an answer", async () => {
    expect((await agent()).phase).toBe("never_started");
    expect(await say(`Remember the word ${SECRET_WORD}, please.`, "memory")).toMatch(/demonstration/i);
    const view = await agent();
    expect(view).toMatchObject({ status: "running", phase: "ready", generation: 1 });
    expect(await engine.volumesOf(`mosaic.tenant=${tenant}`)).toHaveLength(1);
  }, 300_000);

  test("the second chat goes straight through: no new history event, no engine call", async () => {
    const before = await historyLength(stack, tenant);
    const since = Math.floor(Date.now() / 1000);
    expect(await say("And now something else.", "other")).toMatch(/something else/);
    expect(await historyLength(stack, tenant)).toBe(before);
    expect(await engine.engineEventsBetween(since, Math.ceil(Date.now() / 1000), `mosaic.tenant=${tenant}`)).toEqual([]);
  }, 120_000);

  test("a change of the personality restarts it once, and the conversation survives", async () => {
    await admin.expect(200, "PATCH", "/api/me/agent-config", { personality: "You are terse and kind." });
    await admin.expect(200, "PATCH", "/api/me/agent-config", { personality: "You are terse, kind and exact." });
    const view = await runningAgain(1);
    expect(view.generation).toBe(2);
    expect(view.appliedRevision).toBe(view.configRevision);
    recorded.length = 0;
    expect(await say("Which word was it?", "memory")).toContain(SECRET_WORD);
    expect(JSON.stringify(recorded)).toContain(SECRET_WORD);
    expect(JSON.stringify(recorded)).toContain("terse, kind and exact");
    expect((await agent()).generation).toBe(2);
  }, 240_000);

  test("a change without effect restarts nothing", async () => {
    await admin.expect(200, "PATCH", "/api/me/agent-config", { idleTimeoutMin: 1 });
    await waitFor(async () => (await agent()).appliedRevision === (await agent()).configRevision, {
      timeoutMs: 30_000,
      what: "the revision counts as applied",
    });
    expect((await agent()).generation).toBe(2);
  }, 60_000);

  test("without activity it is stopped, and its volume is kept", async () => {
    await waitFor(async () => (await agent()).phase === "asleep", {
      timeoutMs: 180_000,
      everyMs: 1000,
      what: "it falls asleep",
    });
    expect(await engine.containersOf(`mosaic.tenant=${tenant}`)).toEqual([]);
    expect(await engine.volumesOf(`mosaic.tenant=${tenant}`)).toHaveLength(1);
    await waitFor(async () => (await openRunOf(stack, tenant)) === null, { timeoutMs: 20_000, what: "no workflow is open" });
    process.stdout.write(`events of the session, with one restart: ${await historyLength(stack, tenant)}\n`);
    await admin.expect(200, "PATCH", "/api/me/agent-config", { idleTimeoutMin: 30 });
  }, 240_000);

  test("the next chat wakes it and it remembers", async () => {
    expect(await say("Say the word again.", "memory")).toContain(SECRET_WORD);
    expect(await agent()).toMatchObject({ status: "running", generation: 3 });
  }, 240_000);

  test.each([
    ["docker kill", engine.killContainer, 4],
    ["docker rm -f", engine.forceRemoveContainer, 5],
  ])(
    "%s from outside is noticed within 10 s and repaired",
    async (_name, harm, generation) => {
      const { Id } = await ownContainer();
      const harmedAt = Date.now();
      await harm(Id);
      await waitFor(async () => (await agent()).phase !== "ready", {
        timeoutMs: 10_000,
        everyMs: 50,
        what: "the loss is noticed",
      });
      process.stdout.write(`noticed after ${Date.now() - harmedAt} ms\n`);
      await runningAgain(generation - 1);
      expect(await say("Once more, the word?", "memory")).toContain(SECRET_WORD);
    },
    240_000,
  );
});

describe("two users at once", () => {
  let second: ApiSession;
  let secondTenant: string;
  let secondKey: string;

  test("a second person gets an agent of their own", async () => {
    const secrets = { MOSAIC_ADMIN_PASSWORD: PASSWORD, MOSAIC_NEW_PASSWORD: SECOND_PASSWORD };
    await run(process.execPath, ["cli/bin.mjs", "users", "add", "second", "--as", "root.admin", "--json"], {
      env: { ...stack.environment, ...secrets, MOSAIC_URL: stack.url },
    });
    second = new ApiSession(stack.url);
    await second.signIn("second", SECOND_PASSWORD);
    secondTenant = `human:${(await second.expect(200, "GET", "/api/session")).user.id}`;
    const early = await second.call("POST", "/api/chat", { message: "hello" });
    expect(early.json.error.code).toBe("PROVIDER_REQUIRED");
    await second.expect(201, "POST", "/api/me/providers", {
      name: "demo",
      displayName: "Demo",
      type: "custom",
      baseUrl: model.url,
      apiKey: PROVIDER_KEY,
      models: ["demo-1"],
    });
    secondKey = (await second.expect(201, "POST", "/api/me/keys", { name: "e2e" })).apiKey;
    const reply = await openaiClient(stack.url, secondKey).chat.completions.create({
      model: "openclaw",
      messages: [{ role: "user", content: "Hello" }],
    });
    expect(reply.choices[0]?.message.content).toMatch(/demonstration/i);
  }, 240_000);

  test("neither reaches the other's settings with a session or a key", async () => {
    const [own] = (await admin.expect(200, "GET", "/api/me/providers")).providers;
    expect((await second.call("GET", `/api/me/providers/${own.id}`)).status).toBe(404);
    expect((await second.call("PATCH", `/api/me/providers/${own.id}`, { displayName: "x" })).status).toBe(404);
    expect((await second.call("DELETE", `/api/me/providers/${own.id}`)).status).toBe(404);
    const flipped = secondKey.slice(0, -1) + (secondKey.endsWith("A") ? "B" : "A");
    await expect(openaiClient(stack.url, flipped).models.list()).rejects.toMatchObject({ status: 401 });
  });

  test("from inside one container the other, the host's services and the metadata address are out of reach", async () => {
    const [first] = await engine.containersOf(`mosaic.tenant=${tenant}`);
    const [other] = await engine.containersOf(`mosaic.tenant=${secondTenant}`);
    const from = first?.Id ?? "";
    expect(await engine.connectFromInside(from, await engine.addressOf(other?.Id ?? ""), 18_789)).not.toBe("open");
    const gateway = stack.installation?.gatewayAddress ?? "";
    expect(await engine.connectFromInside(from, gateway, stack.internalPort)).toBe("open");
    expect(await engine.connectFromInside(from, gateway, Number(new URL(stack.url).port))).not.toBe("open");
  }, 60_000);

  test("a container's token opens its own configuration only", async () => {
    const [first] = await engine.containersOf(`mosaic.tenant=${tenant}`);
    const [other] = await engine.containersOf(`mosaic.tenant=${secondTenant}`);
    const ownId = (await engine.runInside(first?.Id ?? "", ["printenv", "AGENT_ID"])).trim();
    const otherId = (await engine.runInside(other?.Id ?? "", ["printenv", "AGENT_ID"])).trim();
    const ask = (id: string): string =>
      `fetch(process.env.MOSAIC_API_URL+"/api/internal/agent-config/${id}",{headers:{authorization:"Bearer "+process.env.AGENT_TOKEN}}).then(r=>process.stdout.write(String(r.status)))`;
    const statusOf = async (id: string): Promise<string> =>
      (await engine.runInside(first?.Id ?? "", ["node", "-e", ask(id)])).trim();
    expect(await statusOf(ownId)).toBe("200");
    expect(await statusOf(otherId)).toBe("403");
    expect(await statusOf(`user/${ownId}`)).toBe("200");
    expect(await statusOf(`system/${ownId}`)).toBe("403");
  }, 60_000);

  test("embedded Postgres and Temporal listen on loopback only", async () => {
    const { stdout } = await run("ss", ["-Hltnp"]);
    const listening = stdout.split("\n").filter((line) => /"(postgres|temporal)"/.test(line));
    expect(listening.length).toBeGreaterThanOrEqual(2);
    for (const line of listening) expect(line).toMatch(/\s(127\.0\.0\.1|\[::1\]):\d+\s/);
  });
});

describeGatewayContract(
  "the real OpenClaw",
  async () => {
    const [container] = await engine.containersOf(`mosaic.tenant=${tenant}`);
    const id = container?.Id ?? "";
    return {
      url: `http://${await engine.addressOf(id)}:18789`,
      token: await engine.gatewayTokenInside(id),
      close: async () => undefined,
    };
  },
  120_000,
);

describe("planted secrets", () => {
  test("appear in no log, history, database file, process list or engine description", async () => {
    const [container] = await engine.containersOf(`mosaic.tenant=${tenant}`);
    const environment = await engine.runInside(container?.Id ?? "", ["printenv", "AGENT_TOKEN"]);
    const canaries = {
      providerKey: PROVIDER_KEY,
      adminPassword: PASSWORD,
      secondPassword: SECOND_PASSWORD,
      apiKey: apiKey.slice(-43),
      session: admin.cookie.split("=")[1] ?? "",
      containerToken: environment.trim().slice(-43),
    };
    for (const value of Object.values(canaries)) expect(value.length).toBeGreaterThan(16);
    expect(await filesWithCanaries(stack.dataDir, canaries, () => false)).toEqual([]);
    expect(canariesIn(stack.output(), canaries)).toEqual([]);
    expect(canariesIn(await historyText(stack, tenant), canaries)).toEqual([]);
    expect(canariesIn(await processList(), canaries)).toEqual([]);
    expect(canariesIn(await (await fetch(`${stack.url}/metrics`)).text(), canaries)).toEqual([]);
    const { containerToken: _inItsOwnEnvironment, ...others } = canaries;
    expect(canariesIn(await engine.inspectText(container?.Id ?? ""), others)).toEqual([]);
  }, 120_000);

  test("appear in no error body", async () => {
    const bodies = await Promise.all([
      admin.call("POST", "/api/session", { username: "root.admin", password: `${PASSWORD}x` }),
      admin.call("POST", "/api/me/providers", { name: "Bad Name", apiKey: PROVIDER_KEY }),
      admin.call("POST", "/api/me/keys", { name: PROVIDER_KEY.repeat(9), scopes: [PASSWORD] }),
    ]);
    const canaries = { providerKey: PROVIDER_KEY, adminPassword: PASSWORD };
    for (const { text, status } of bodies) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(canariesIn(text, canaries)).toEqual([]);
    }
  });
});

describe("the end of a container", () => {
  test("retire removes container and volume", async () => {
    await admin.expect(202, "DELETE", "/api/me/agent", { confirm: "delete" });
    await waitFor(async () => (await engine.containersOf(`mosaic.tenant=${tenant}`)).length === 0, {
      timeoutMs: 60_000,
      what: "no container",
    });
    await waitFor(async () => (await engine.volumesOf(`mosaic.tenant=${tenant}`)).length === 0, {
      timeoutMs: 60_000,
      what: "no volume",
    });
    await waitFor(async () => (await agent()).phase === "never_started", { timeoutMs: 20_000, what: "the record says so" });
  }, 120_000);
});
