// The way outside, over real HTTP and Postgres, with a real proxy and real TLS under a company's own authority.
import { createServer, type Server } from "node:https";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { bindInternalListener, startTestApi, useAdmin, useApi } from "../../support/core/api.ts";
import { claimStart } from "../../../db/containers/containers.ts";
import { personWithContainer } from "../../support/containers/containers.ts";
import { startForwardProxy, type ForwardProxy } from "../../support/core/forward-proxy.ts";
import { createPrivateAuthority, type PrivateAuthority } from "../../support/core/private-authority.ts";

const PATH = "/api/system-config/outbound";
/** Names that nobody but the proxy knows. */
const MODELS = "models.company.test";
const ISSUER = "id.company.test";
const OLD = "old.company.test";
const LOGIN = { username: "fleet", password: "proxy password/@:" };
const NONE = { proxyUrl: null, exceptions: [], certificates: null };

const api = useApi();
const admin = useAdmin(api);
let authority: PrivateAuthority;
let proxy: ForwardProxy;
const servers: Server[] = [];

beforeAll(async () => {
  authority = await createPrivateAuthority();
  const models = await serve(await authority.sign(MODELS), () => ({ data: [{ id: "house-model" }] }));
  const issuer = await serve(await authority.sign(ISSUER), (path) => (path.endsWith("/keys") ? KEYS : DISCOVERY));
  const old = await serve(await authority.sign(OLD, { expired: true }), () => ({}));
  const places = { [MODELS]: models, [ISSUER]: issuer, [OLD]: old, "other.company.test": models, "plain.company.test": 1 };
  proxy = await startForwardProxy({ places, login: LOGIN });
}, 240_000);
afterAll(async () => {
  await proxy.close();
  for (const server of servers) server.close().closeAllConnections();
  await authority.remove();
});
beforeEach(() => proxy.asked.splice(0));

const DISCOVERY = {
  issuer: `https://${ISSUER}`,
  authorization_endpoint: `https://${ISSUER}/authorize`,
  token_endpoint: `https://${ISSUER}/token`,
  jwks_uri: `https://${ISSUER}/keys`,
};
const KEYS = { keys: [{ kty: "RSA", n: "x", e: "AQAB" }] };

async function serve(certified: { key: string; cert: string }, answer: (path: string) => object): Promise<number> {
  const server = createServer(certified, (request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer(request.url ?? "")));
  });
  server.on("tlsClientError", () => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

const set = async (change: object) =>
  await admin.expect(200, "PUT", PATH, {
    ...NONE,
    proxyUrl: proxy.url,
    ...LOGIN,
    certificates: authority.certificate,
    ...change,
  });
const test_ = async (baseUrl: string) =>
  await admin.expect(200, "POST", "/api/me/provider-tests", { type: "custom", baseUrl, apiKey: "sk-0123456789" });
const tryAddress = async (url: string) => await admin.expect(200, "POST", `${PATH}/test`, { url });

test("before anything is set the environment counts, and it is empty here", async () => {
  expect(await admin.expect(200, "GET", PATH)).toEqual({
    ...NONE,
    username: null,
    hasPassword: false,
    source: "environment",
  });
});

test("a provider outside is reached through the proxy, under the company's own authority", async () => {
  await set({});
  expect(await test_(`https://${MODELS}/v1`)).toMatchObject({ ok: true, models: ["house-model"] });
  expect(proxy.asked).toEqual([`${MODELS}:443`]);
});

test("so is the identity provider", async () => {
  await set({});
  const settings = { issuerUrl: `https://${ISSUER}`, clientId: "fleet", clientSecret: "secret" };
  await admin.expect(200, "PUT", "/api/system-config/oidc/candidate", settings);
  expect(new Set(proxy.asked)).toEqual(new Set([`${ISSUER}:443`]));
});

test.each([
  ["signed by an authority that nobody added", MODELS, null, "certificate_authority_unknown"],
  ["that has expired", OLD, "own", "certificate_expired"],
  ["for another name", "other.company.test", "own", "certificate_other_name"],
])("a certificate %s is told as that", async (_, host, certificates, reason) => {
  await set(certificates === null ? { certificates } : {});
  expect(await test_(`https://${host}/v1`)).toMatchObject({ ok: false, failedStep: "tls", reason });
  const issuer = { issuerUrl: `https://${host}`, clientId: "fleet", clientSecret: "secret" };
  const { status, json } = await admin.call("PUT", "/api/system-config/oidc/candidate", issuer);
  expect([status, json.error.details.reason]).toEqual([expect.any(Number), reason]);
  expect(await tryAddress(`https://${host}/`)).toMatchObject({
    ok: false,
    reason,
    message: expect.stringContaining("certificate"),
  });
});

test.each([
  ["the proxy does not know the place", "https://nowhere.company.test/v1", {}, "proxy_refused"],
  ["the password of the proxy is wrong", `https://${MODELS}/v1`, { password: "wrong" }, "proxy_refused"],
  ["the same, without TLS", "http://plain.company.test/v1", { password: "wrong" }, "proxy_refused"],
  ["the proxy is away", `https://${MODELS}/v1`, { proxyUrl: "http://127.0.0.1:1" }, "proxy_unreachable"],
])("it is told when %s", async (_, baseUrl, change, reason) => {
  await set(change);
  expect(await test_(baseUrl)).toMatchObject({ ok: false, reason });
});

test("what is internal, and an exception, never goes through the proxy", async () => {
  await set({ exceptions: [MODELS] });
  expect(await test_(`https://${MODELS}/v1`)).toMatchObject({ ok: false, reason: "name_unknown" });
  expect(await test_("http://192.168.77.1:11434/v1")).toMatchObject({ ok: false, reason: "address_private" });
  expect(await test_("http://models.internal/v1")).toMatchObject({ ok: false, reason: "name_unknown" });
  expect(proxy.asked).toEqual([]);
});

test("a destination is judged before a proxy gets it", async () => {
  await set({});
  for (const url of ["http://169.254.169.254/latest", "http://127.0.0.1:8080/", "http://[::1]/", "http://localhost/"])
    expect(await tryAddress(url)).toMatchObject({ ok: false, reason: expect.stringMatching(/^address_/) });
  expect(proxy.asked).toEqual([]);
});

test("the password of the proxy is never shown, is kept for the same proxy, and goes to no other", async () => {
  await set({});
  const { password: _, ...shown } = LOGIN;
  expect(await set({ password: undefined })).toMatchObject({ ...shown, hasPassword: true, source: "settings" });
  expect((await test_(`https://${MODELS}/v1`)).ok).toBe(true);
  const other = { ...NONE, proxyUrl: "http://proxy.example:3128", username: LOGIN.username };
  expect(await admin.expect(200, "PUT", PATH, other)).toMatchObject({ hasPassword: false });
  const audit = (await admin.call("GET", "/api/audit-events?action=outbound.update")).text;
  const [row] = await api.database.asOwner(
    "SELECT count(*)::int AS n FROM mosaic.system_config WHERE value::text LIKE '%proxy password%'",
  );
  expect(row).toEqual({ n: 0 });
  for (const text of [audit, api.logs(), (await admin.call("GET", PATH)).text]) expect(text).not.toContain("proxy password");
});

test.each([
  ["proxyUrl", ""],
  ["proxyUrl", "socks5://proxy.example:1080"],
  ["proxyUrl", "http://user:password@proxy.example:3128"],
  ["proxyUrl", "http://169.254.169.254:3128"],
  ["certificates", "not a certificate"],
  ["exceptions", ["a b"]],
])("%s: %j is refused", async (field, value) => {
  const { status, json } = await admin.call("PUT", PATH, { ...NONE, [field]: value });
  expect([status, json.error.validations[0].path]).toEqual([422, expect.stringMatching(new RegExp(`^${field}`))]);
});

test("an agent gets the same way with its configuration, and never for our listener or what is internal", async () => {
  const base = await bindInternalListener(api.database, api);
  const worker = await api.database.openAs("worker");
  const person = await personWithContainer(await api.database.openAs("api"), worker);
  const { containerId, agentToken } = await worker.asTenant(person.tenant, (tx) => claimStart(tx, { startId: "outbound" }));
  const files = async (): Promise<any> => {
    const url = `${base}/api/internal/agent-config/${containerId}/files`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${agentToken.reveal()}` } });
    return await answer.json();
  };
  const proxyUrl = "http://proxy.example:3128";
  await set({ proxyUrl, exceptions: ["models.example"] });
  const { variables, certificates } = await files();
  const href = "http://fleet:proxy%20password%2F%40%3A@proxy.example:3128";
  expect(variables).toMatchObject({ HTTPS_PROXY: href, HTTP_PROXY: href, https_proxy: href, http_proxy: href });
  expect(variables["NO_PROXY"].split(",")).toEqual(
    expect.arrayContaining(["localhost", "127.0.0.1", "10.0.0.0/8", "models.example"]),
  );
  expect(variables["no_proxy"]).toBe(variables["NO_PROXY"]);
  expect(certificates.trim()).toBe(authority.certificate.trim());
  await admin.expect(200, "DELETE", PATH);
  const without = await files();
  expect([without.variables["HTTPS_PROXY"], without.certificates]).toEqual([undefined, null]);
});

test("the environment is the default: its proxy, exceptions and certificates", async () => {
  const { url, username, password } = { url: new URL(proxy.url), ...LOGIN };
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password);
  const other = await startTestApi(api.database, { env: { https_proxy: url.href, NO_PROXY: "models.example, .lan" } });
  try {
    const again = other.session();
    await again.expect(201, "POST", "/api/session", { username: "root", password: "an admin's long password" });
    expect(await again.expect(200, "GET", PATH)).toMatchObject({
      ...{ proxyUrl: proxy.url, username, hasPassword: true, exceptions: ["models.example", ".lan"], source: "environment" },
    });
    expect((await again.expect(200, "POST", `${PATH}/test`, { url: `https://${MODELS}/` })).reason).toBe(
      "certificate_authority_unknown",
    );
    expect(proxy.asked).toEqual([`${MODELS}:443`]);
  } finally {
    await other.close();
  }
});
