// A provider that the agent cannot reach, which OpenClaw only reports as "upstream provider timeout": the cause that a chat
// gets, with the provider really called, through a real proxy and real TLS.
import { createServer, type Server } from "node:https";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createSseParser, type SseEvent } from "../../../contracts/core/event-stream.ts";
import { withKey, type ChatUser, useChat } from "../../support/turns/chat.ts";
import { startForwardProxy, type ForwardProxy } from "../../support/core/forward-proxy.ts";
import { createPrivateAuthority, type Certified, type PrivateAuthority } from "../../support/core/private-authority.ts";
import { selfSigned } from "../../support/core/tls-server.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const OUTBOUND = "/api/system-config/outbound";
/** As OpenClaw 2026.9.6 reports every connection fault: with 408, or in a stream after the role. */
const HIDDEN = { kind: "provider_refusal", status: 408, type: "api_error", message: "upstream provider timeout" } as const;
const GOOD = "good.company.test";
const MESSAGES = [{ role: "user", content: "hello" }];

const bench = useChat({ timings: { providerRetryPausesMs: [1, 1] } });
let ann: ChatUser;
let provider: string;
let authority: PrivateAuthority;
let proxy: ForwardProxy;
const servers: Server[] = [];

beforeAll(async () => {
  authority = await createPrivateAuthority();
  proxy = await startForwardProxy({
    places: {
      [GOOD]: await serve(await authority.sign(GOOD)),
      "self.company.test": await serve(await selfSigned("self.company.test")),
      "old.company.test": await serve(await authority.sign("old.company.test", { expired: true })),
      "other.company.test": await serve(await authority.sign(GOOD)),
    },
  });
  ann = await bench.addUser("ann");
  await bench.bringUp(ann.tenant);
  [{ id: provider }] = (await ann.session.expect(200, "GET", "/api/me/providers")).providers;
}, 240_000);
afterAll(async () => {
  await proxy.close();
  for (const server of servers) server.close().closeAllConnections();
  await authority.remove();
});
beforeEach(async () => {
  proxy.asked.splice(0);
  bench.gateway.behave(HIDDEN);
  bench.gateway.completions.splice(0);
  await useOutbound({});
});

async function serve(certified: Certified): Promise<number> {
  const server = createServer(certified, (request, response) => {
    // The probe carries no key.
    response.writeHead(request.headers.authorization === undefined ? 401 : 500).end();
  });
  server.on("tlsClientError", () => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

const useOutbound = async (change: object) =>
  await bench.admin.expect(200, "PUT", OUTBOUND, { proxyUrl: proxy.url, certificates: authority.certificate, ...change });
const useProvider = async (host: string) =>
  await ann.session.expect(200, "PATCH", `/api/me/providers/${provider}`, {
    baseUrl: `https://${host}/v1`,
    apiKey: "sk-0123456789",
  });
const completion = (more: object = {}): Promise<Response> =>
  bench.post("/v1/chat/completions", { model: "openclaw", messages: MESSAGES, ...more }, withKey(ann));
const eventsOf = async (response: Response): Promise<SseEvent[]> => createSseParser().push(await response.text());
const chat = async (): Promise<SseEvent[]> => await eventsOf(await bench.post("/api/chat", { message: "hello" }, withKey(ann)));
const errorIn = (event: Pick<SseEvent, "data"> | undefined): any => JSON.parse(event?.data ?? "{}").error;

const FAULTS = [
  ["of an unknown authority", GOOD, null, "certificate_authority_unknown", "unknown authority", "/admin/system"],
  ["that is self-signed", "self.company.test", "own", "certificate_self_signed", "self-signed", "/admin/system"],
  ["that has expired", "old.company.test", "own", "certificate_expired", "expired", "/settings/providers"],
  ["for another name", "other.company.test", "own", "certificate_other_name", "different name", "/settings/providers"],
] as const;

test.each(FAULTS)("a certificate %s is reported as that in every chat, and not retried", async (...fault) => {
  const [, host, certificates, reason, words, mendAt] = fault;
  await useOutbound(certificates === null ? { certificates } : {});
  await useProvider(host);
  const whole = await completion();
  const told = errorIn({ data: await whole.text() });
  expect([whole.status, told]).toMatchObject([
    424,
    { code: "provider_certificate_refused", message: expect.stringContaining(words) },
  ]);
  expect(told.message).toContain(host);
  const streamed = await eventsOf(await completion({ stream: true }));
  expect(errorIn(streamed[0])).toMatchObject({ code: "provider_certificate_refused", message: told.message });
  const [own] = await chat();
  expect(own?.event).toBe("error");
  expect(errorIn(own)).toMatchObject({
    code: "PROVIDER_CERTIFICATE_REFUSED",
    message: told.message,
    details: { reason, mendAt },
  });
  expect(bench.gateway.completions).toHaveLength(3);
  expect(new Set(proxy.asked)).toEqual(new Set([`${host}:443`]));
});

test.each([
  ["whose name nobody knows", "nowhere.company.test", {}, "proxy_refused", "The proxy does not allow this address"],
  ["behind a proxy that is away", GOOD, { proxyUrl: "http://127.0.0.1:1" }, "proxy_unreachable", "The proxy does not answer"],
  ["whose name is not known here", GOOD, { proxyUrl: null }, "name_unknown", "server name does not resolve"],
])("a provider %s is retried, and the chat names the cause", async (_, host, outbound, reason, words) => {
  await useOutbound(outbound);
  await useProvider(host);
  const events = await chat();
  const retries = events.filter(({ event }) => event === "retry").map(({ data }) => JSON.parse(data));
  expect(retries).toHaveLength(2);
  for (const retry of retries)
    expect(retry).toMatchObject({ code: "PROVIDER_UNAVAILABLE", message: expect.stringContaining(words) });
  expect(errorIn(events.at(-1))).toMatchObject({
    code: "PROVIDER_UNAVAILABLE",
    message: expect.stringContaining(words),
    details: { reason },
  });
});

test("a provider that answers the api is only reported as unresponsive, and retried", async () => {
  await useProvider(GOOD);
  const events = await chat();
  expect(errorIn(events.at(-1))).toMatchObject({
    code: "PROVIDER_UNAVAILABLE",
    message: "Your model provider is not responding.",
  });
  expect(bench.gateway.completions).toHaveLength(3);
  bench.gateway.behave({ ...HIDDEN, times: 1 });
  expect((await chat()).at(-1)?.data).toBe("[DONE]");
});

test("a provider that has answered is not probed", async () => {
  await useProvider(GOOD);
  bench.gateway.behave({ ...HIDDEN, status: 502, message: "503 Overloaded, Ann." });
  expect(errorIn((await chat()).at(-1))).toMatchObject({ message: expect.stringContaining("Overloaded, Ann.") });
  expect(proxy.asked).toEqual([]);
});

test("an agent that started before a change of the outbound settings restarts, and the turn continues", async () => {
  await useProvider(GOOD);
  await bench.database.asOwner(
    "UPDATE mosaic.agent_containers SET fetched_revision = config_revision, fetched_digest = 'of other settings' WHERE tenant = $1",
    [ann.tenant],
  );
  bench.gateway.behave({ ...HIDDEN, times: 1 });
  const answer = chat();
  const isAsked = async () => {
    const rows = await bench.database.asOwner(
      "SELECT 1 FROM mosaic.agent_containers WHERE tenant = $1 AND config_revision > fetched_revision",
      [ann.tenant],
    );
    return rows.length === 1;
  };
  await waitFor(isAsked, { timeoutMs: 60_000, what: "a restart is requested" });
  await bench.database.asOwner("UPDATE mosaic.agent_containers SET fetched_revision = config_revision WHERE tenant = $1", [
    ann.tenant,
  ]);
  expect((await answer).at(-1)?.data).toBe("[DONE]");
});
