// The main job on the real OpenClaw, through the public API: from first boot to retirement of the container.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startDemoModelServer, type RecordedRequest } from "../../support/providers/model-server.ts";
import { openaiClient, streamedReply } from "../../support/turns/openai-chat.ts";
import { ApiSession } from "../../support/core/api-session.ts";
import { canariesIn, filesWithCanaries, processList } from "../../support/core/canaries.ts";
import * as engine from "../../support/containers/engine.ts";
import { describeGatewayContract } from "../../support/turns/gateway-contract.ts";
import { removeStack, startStack, type Stack } from "../../support/core/stack.ts";
import { historyLength, historyText, openRunOf } from "../../support/core/temporal-history.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const run = promisify(execFile);
const PASSWORD = "canary-admin-password-5d1f";
const PROVIDER_KEY = "canary-provider-key-9b7e4f";
const SECOND_PASSWORD = "canary-second-password-77aa";
const SECRET_WORD = "heliotrope";
/** Where clouds give a machine its credentials. */
const METADATA_ADDRESS = "169.254.169.254";
const PATIENCE_MS = 300_000;

let stack: Stack;
let model: Awaited<ReturnType<typeof startDemoModelServer>>;
let admin: ApiSession;
let tenant: string;
let apiKey: string;
let second: ApiSession;
let secondTenant: string;
const recorded: RecordedRequest[] = [];

beforeAll(async () => {
  // The model stands on the agents' bridge.
  stack = await startStack({ environment: { MOSAIC_PROVIDER_NETWORKS: "private" } });
  if (stack.installation === null) throw new Error("The installation made no network");
  model = await startDemoModelServer({ host: stack.installation.gatewayAddress, apiKey: PROVIDER_KEY, recorded });
  admin = new ApiSession(stack.url);
}, 900_000);

afterAll(async () => {
  await model?.close();
  await removeStack(stack);
}, 300_000);

const eventually = <T>(what: string, probe: () => Promise<T | false>, everyMs = 500): Promise<T> =>
  waitFor(probe, { timeoutMs: PATIENCE_MS, everyMs, what });

const demoProvider = () => ({
  ...{ name: "demo", displayName: "Demo", type: "custom", models: ["demo-1"] },
  ...{ baseUrl: model.url, apiKey: PROVIDER_KEY },
});

async function say(text: string, conversation: string): Promise<string> {
  return await streamedReply({ url: stack.url, apiKey, text, conversation });
}

async function agent(): Promise<any> {
  return await admin.expect(200, "GET", "/api/me/agent");
}

async function containerOf(owner: string): Promise<{ Id: string }> {
  const found = await engine.containersOf(`mosaic.tenant=${owner}`);
  const first = found[0];
  if (found.length !== 1 || !first) throw new Error(`${found.length} containers of ${owner}`);
  return first;
}

async function runningAgain(afterGeneration: number): Promise<any> {
  return await eventually(`a generation after ${afterGeneration} runs`, async () => {
    const view = await agent();
    return view.phase === "ready" && view.generation > afterGeneration && view;
  });
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
    const refused = await admin.call("POST", "/api/onboarding/provider", { ...demoProvider(), apiKey: "wrong" });
    expect(refused.json.error.code).toBe("PROVIDER_TEST_FAILED");
    await admin.expect(201, "POST", "/api/onboarding/provider", demoProvider());
    await admin.expect(200, "POST", "/api/onboarding/complete", {});
    apiKey = (await admin.expect(201, "POST", "/api/me/keys", { name: "e2e", scopes: ["chat:send"] })).apiKey;
  });

  test("the first chat creates the container and streams an answer", async () => {
    expect((await agent()).phase).toBe("never_started");
    expect(await say(`Remember the word ${SECRET_WORD}, please.`, "memory")).toMatch(/demonstration/i);
    expect(await agent()).toMatchObject({ status: "running", phase: "ready", generation: 1 });
    expect(await engine.volumesOf(`mosaic.tenant=${tenant}`)).toHaveLength(1);
  }, 900_000);

  test("the second chat goes straight through: no new history event, no engine call", async () => {
    const lengths: number[] = [];
    const isAtRest = async (): Promise<boolean> => {
      lengths.push(await historyLength(stack, tenant));
      return lengths.at(-1) === lengths.at(-2);
    };
    await eventually("nothing of the first chat is under way", isAtRest, 1_000);
    const before = lengths.at(-1);
    const since = Math.floor(Date.now() / 1000);
    expect(await say("And now something else.", "other")).toMatch(/something else/);
    expect(await historyLength(stack, tenant)).toBe(before);
    expect(await engine.engineEventsBetween(since, Math.ceil(Date.now() / 1000), `mosaic.tenant=${tenant}`)).toEqual([]);
  }, 900_000);

  test("a change of the personality restarts it once, and the conversation survives", async () => {
    const personalities = ["You are terse and kind.", "You are terse, kind and exact."];
    await Promise.all(personalities.map((personality) => admin.expect(200, "PATCH", "/api/me/agent-config", { personality })));
    const { personality } = await admin.expect(200, "GET", "/api/me/agent-config");
    const view = await runningAgain(1);
    expect(view.generation).toBe(2);
    expect(view.appliedRevision).toBe(view.configRevision);
    recorded.length = 0;
    expect(await say("Which word was it?", "memory")).toContain(SECRET_WORD);
    expect(JSON.stringify(recorded)).toContain(SECRET_WORD);
    expect(personalities).toContain(personality);
    expect(JSON.stringify(recorded)).toContain(personality);
    expect((await agent()).generation).toBe(2);
  }, 900_000);

  test("a change without effect restarts nothing", async () => {
    await admin.expect(200, "PATCH", "/api/me/agent-config", { idleTimeoutMin: 1 });
    await eventually("the revision counts as applied", async () => {
      const { appliedRevision, configRevision } = await agent();
      return appliedRevision === configRevision;
    });
    expect((await agent()).generation).toBe(2);
  }, 900_000);
});

/** Until the first user's agent falls asleep, which takes a minute. */
describe("two users at once", () => {
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
    await second.expect(201, "POST", "/api/me/providers", demoProvider());
    secondKey = (await second.expect(201, "POST", "/api/me/keys", { name: "e2e" })).apiKey;
    const reply = await openaiClient(stack.url, secondKey).chat.completions.create(
      { model: "openclaw", messages: [{ role: "user", content: "Hello" }] },
      { maxRetries: 5 },
    );
    expect(reply.choices[0]?.message.content).toMatch(/demonstration/i);
  }, 900_000);

  test("neither reaches the other's settings with a session or a key", async () => {
    const [own] = (await admin.expect(200, "GET", "/api/me/providers")).providers;
    expect((await second.call("GET", `/api/me/providers/${own.id}`)).status).toBe(404);
    expect((await second.call("PATCH", `/api/me/providers/${own.id}`, { displayName: "x" })).status).toBe(404);
    expect((await second.call("DELETE", `/api/me/providers/${own.id}`)).status).toBe(404);
    // Not the last one: some of its bits may be of no meaning.
    const flipped = secondKey.slice(0, -9) + (secondKey.at(-9) === "A" ? "B" : "A") + secondKey.slice(-8);
    await expect(openaiClient(stack.url, flipped).models.list()).rejects.toMatchObject({ status: 401 });
  });

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
    const { Id: id } = await containerOf(secondTenant);
    return {
      url: `https://${await engine.addressOf(id)}:18789`,
      certificate: await engine.gatewayCertificateInside(id),
      token: await engine.gatewayTokenInside(id),
      close: async () => undefined,
    };
  },
  PATIENCE_MS,
);

describe("an agent that slept or was lost", () => {
  test("is stopped without activity, and its volume is kept", async () => {
    await eventually("it falls asleep", async () => (await agent()).phase === "asleep");
    expect(await engine.containersOf(`mosaic.tenant=${tenant}`)).toEqual([]);
    expect(await engine.volumesOf(`mosaic.tenant=${tenant}`)).toHaveLength(1);
    await eventually("no workflow is open", async () => (await openRunOf(stack, tenant)) === null);
    process.stderr.write(`events of the session, with one restart: ${await historyLength(stack, tenant)}\n`);
    await admin.expect(200, "PATCH", "/api/me/agent-config", { idleTimeoutMin: 30 });
  }, 900_000);

  test("is woken by the next chat and remembers", async () => {
    expect(await say("Say the word again.", "memory")).toContain(SECRET_WORD);
    expect(await agent()).toMatchObject({ status: "running", generation: 3 });
  }, 900_000);

  test.each([
    ["docker kill", engine.killContainer],
    ["docker rm -f", engine.forceRemoveContainer],
  ])(
    "%s from outside is noticed and repaired",
    async (_name, harm) => {
      const { generation } = await agent();
      const { Id } = await containerOf(tenant);
      const harmedAt = Date.now();
      await harm(Id);
      const isNoticed = async (): Promise<boolean> => {
        const view = await agent();
        return view.phase !== "ready" || view.generation > generation;
      };
      await eventually("the loss is noticed", isNoticed, 50);
      process.stderr.write(`noticed after ${Date.now() - harmedAt} ms\n`);
      await runningAgain(generation);
      expect(await say("Once more, the word?", "memory")).toContain(SECRET_WORD);
    },
    900_000,
  );
});

describe("two containers at once", () => {
  test("from inside one container the other, the host's services and the metadata address are out of reach", async () => {
    const [{ Id: from }, { Id: other }] = [await containerOf(tenant), await containerOf(secondTenant)];
    expect(await engine.connectFromInside(from, await engine.addressOf(other), 18_789)).not.toBe("open");
    expect(await engine.connectFromInside(from, METADATA_ADDRESS, 80)).not.toBe("open");
    const gateway = stack.installation?.gatewayAddress ?? "";
    expect(await engine.connectFromInside(from, gateway, stack.internalPort)).toBe("open");
    expect(await engine.connectFromInside(from, gateway, Number(new URL(stack.url).port))).not.toBe("open");
  }, 900_000);

  test("a container's token gives access only to its own configuration", async () => {
    const [{ Id: first }, { Id: other }] = [await containerOf(tenant), await containerOf(secondTenant)];
    const ownId = (await engine.runInside(first, ["printenv", "AGENT_ID"])).trim();
    const otherId = (await engine.runInside(other, ["printenv", "AGENT_ID"])).trim();
    const ask = (id: string): string =>
      `fetch(process.env.MOSAIC_API_URL+"/api/internal/agent-config/${id}",{headers:{authorization:"Bearer "+process.env.AGENT_TOKEN}}).then(r=>process.stdout.write(String(r.status)))`;
    const statusOf = async (id: string): Promise<string> => (await engine.runInside(first, ["node", "-e", ask(id)])).trim();
    expect(await statusOf(ownId)).toBe("200");
    expect(await statusOf(otherId)).toBe("403");
    expect(await statusOf(`user/${ownId}`)).toBe("200");
    expect(await statusOf(`system/${ownId}`)).toBe("403");
  }, 900_000);
});

describe("planted secrets", () => {
  test("appear in no log, history, database file, process list or engine description", async () => {
    const { Id } = await containerOf(tenant);
    const environment = await engine.runInside(Id, ["printenv", "AGENT_TOKEN"]);
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
    expect(canariesIn(await engine.inspectText(Id), others)).toEqual([]);
  }, 900_000);

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
    await eventually("no container", async () => (await engine.containersOf(`mosaic.tenant=${tenant}`)).length === 0);
    await eventually("no volume", async () => (await engine.volumesOf(`mosaic.tenant=${tenant}`)).length === 0);
    await eventually("the record says so", async () => (await agent()).phase === "never_started");
  }, 900_000);
});
