// The real OpenClaw behind a company's proxy and with a company's own certificate authority, both from the settings.
import { createSseParser } from "../../../contracts/core/event-stream.ts";
import { ApiSession } from "../../support/core/api-session.ts";
import { mosaic } from "../../support/core/cli.ts";
import * as engine from "../../support/containers/engine.ts";
import { startForwardProxy, type ForwardProxy } from "../../support/core/forward-proxy.ts";
import { startDemoModelServer, type RecordedRequest } from "../../support/providers/model-server.ts";
import { streamedReply } from "../../support/turns/openai-chat.ts";
import { createPrivateAuthority, type PrivateAuthority } from "../../support/core/private-authority.ts";
import { removeStack, startStack, type Stack } from "../../support/core/stack.ts";
import { startTlsFront } from "../../support/core/tls-server.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const PASSWORD = "an admin's long password";
const PROVIDER_KEY = "sk-provider-key-of-this-test";
const LOGIN = { username: "fleet", password: "proxy password/@:" };
/** A name that only the proxy can resolve. */
const MODELS = "models.company.test";
const PATIENCE_MS = 300_000;
const TIMEOUT_MS = 900_000;

let stack: Stack;
let gatewayAddress: string;
let authority: PrivateAuthority;
let model: Awaited<ReturnType<typeof startDemoModelServer>>;
let proxy: ForwardProxy;
let admin: ApiSession;
let tenant: string;
let apiKey: string;
let provider: string;
const recorded: RecordedRequest[] = [];
const fronts: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  // Proxy and models are on the agents' bridge, which is private.
  stack = await startStack({ environment: { MOSAIC_PROVIDER_NETWORKS: "private" } });
  if (stack.installation === null) throw new Error("The installation made no network");
  ({ gatewayAddress } = stack.installation);
  authority = await createPrivateAuthority();
  model = await startDemoModelServer({ host: gatewayAddress, apiKey: PROVIDER_KEY, recorded });
  const places = { [MODELS]: await serveTls("127.0.0.1", MODELS) };
  proxy = await startForwardProxy({ host: gatewayAddress, places, login: LOGIN });
  admin = new ApiSession(stack.url);
  const first = { username: "root.admin", password: PASSWORD };
  await admin.expect(201, "POST", "/api/onboarding/breakglass", first, { "x-mosaic-setup-token": stack.setupToken });
  tenant = `human:${(await admin.expect(200, "GET", "/api/session")).user.id}`;
  const connection = { type: "custom", baseUrl: model.url, apiKey: PROVIDER_KEY, models: ["demo-1"] };
  const named = { name: "demo", displayName: "Company models", ...connection };
  await admin.expect(201, "POST", "/api/onboarding/provider", named);
  [{ id: provider }] = (await admin.expect(200, "GET", "/api/me/providers")).providers;
  await admin.expect(200, "POST", "/api/onboarding/complete", {});
  ({ apiKey } = await admin.expect(201, "POST", "/api/me/keys", { name: "e2e", scopes: ["chat:send"] }));
}, TIMEOUT_MS);

afterAll(async () => {
  await proxy?.close();
  for (const front of fronts) await front.close();
  await model?.close();
  await authority?.remove();
  await removeStack(stack);
}, PATIENCE_MS);

/** The model server behind TLS, with a certificate of the company's authority. */
async function serveTls(host: string, name: string): Promise<number> {
  const front = await startTlsFront({ host, certified: await authority.sign(name), behind: new URL(model.url) });
  fronts.push(front);
  return front.port;
}

const setOutbound = async (certificates: string | null) =>
  await admin.expect(200, "PUT", "/api/system-config/outbound", { proxyUrl: proxy.url, ...LOGIN, certificates });
const useProvider = async (baseUrl: string) =>
  await admin.expect(200, "PATCH", `/api/me/providers/${provider}`, { baseUrl, apiKey: PROVIDER_KEY });
const say = async (text: string) => await streamedReply({ url: stack.url, apiKey, text, conversation: "outbound" });
const agent = async (): Promise<any> => await admin.expect(200, "GET", "/api/me/agent");
const ofAgent = async (path: string, body: object): Promise<Response> =>
  await fetch(stack.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** The error event of the product's own chat; false while the agent is still starting. */
async function refusalOfPage(): Promise<any> {
  const { text } = await admin.call("POST", "/api/chat", { message: "Hello", conversationId: "outbound" });
  const event = createSseParser()
    .push(text)
    .find((each) => each.event === "error");
  const { error } = JSON.parse(event?.data ?? text);
  return error.code !== "CONTAINER_STARTING" && error;
}

/** The requests that the agent itself, not the api, sent to the proxy. */
async function askedByAgent(): Promise<readonly string[]> {
  const [container] = await engine.containersOf(`mosaic.tenant=${tenant}`);
  return proxy.askedFrom(await engine.addressOf(container?.Id ?? ""));
}

test(
  "without the company's authority every chat says what is wrong with the certificate, and where to fix it",
  async () => {
    await setOutbound(null);
    await useProvider(`https://${MODELS}/v1`);
    const refused = expect.stringMatching(/does not trust the certificate .*Company models.* unknown authority.* System/);
    const told = await waitFor(refusalOfPage, { timeoutMs: PATIENCE_MS, what: "the agent has started and answers" });
    expect(told).toMatchObject({
      code: "PROVIDER_CERTIFICATE_REFUSED",
      message: refused,
      details: { reason: "certificate_authority_unknown", mendAt: "/admin/system" },
    });
    const body = { model: "openclaw", messages: [{ role: "user", content: "Hello" }] };
    const whole = await ofAgent("/v1/chat/completions", body);
    expect([whole.status, await whole.json()]).toEqual([
      424,
      { error: expect.objectContaining({ code: "provider_certificate_refused", message: refused }) },
    ]);
    const streamed = await (await ofAgent("/v1/chat/completions", { ...body, stream: true })).text();
    expect(streamed).toContain("provider_certificate_refused");
    const cli = await mosaic(["chat", "Hello"], { env: { MOSAIC_URL: stack.url, MOSAIC_API_KEY: apiKey } });
    expect([cli.exitCode === 0, cli.stderr]).toEqual([false, refused]);
    expect(new Set(await askedByAgent())).toEqual(new Set([`${MODELS}:443`]));
    expect(recorded).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  "once an administrator adds the authority, the next chat is answered, through the proxy alone",
  async () => {
    const { generation } = await agent();
    await setOutbound(authority.certificate);
    expect(await say("Hello through the proxy")).toMatch(/demonstration/i);
    expect((await agent()).generation).toBeGreaterThan(generation);
    expect(JSON.stringify(recorded)).toContain("Hello through the proxy");
    expect(await askedByAgent()).toContain(`${MODELS}:443`);
  },
  TIMEOUT_MS,
);

test(
  "an internal model under the same authority is reached directly",
  async () => {
    const { generation } = await agent();
    await useProvider(`https://${gatewayAddress}:${await serveTls(gatewayAddress, gatewayAddress)}/v1`);
    const isRunningAgain = async () => {
      const now = await agent();
      return now.phase === "ready" && now.generation > generation;
    };
    await waitFor(isRunningAgain, { timeoutMs: PATIENCE_MS, everyMs: 500, what: "the agent runs with the new provider" });
    const before = proxy.asked.length;
    recorded.length = 0;
    expect(await say("Hello without the proxy")).toMatch(/demonstration/i);
    expect(JSON.stringify(recorded)).toContain("Hello without the proxy");
    expect(proxy.asked.slice(before)).toEqual([]);
  },
  TIMEOUT_MS,
);
