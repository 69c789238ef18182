// The real OpenClaw with the variables of the outbound settings, on this machine: each of its five APIs uses the proxy for
// external addresses, with the company's own authority, and never for internal ones.
import { lookup } from "node:dns";
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { agentOutbound } from "../../../adapters/openclaw/agent-outbound.ts";
import { API_TYPES } from "../../../contracts/providers/provider-facts.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { assembleOpenClawConfig } from "../../../domain/agent-config/openclaw-config.ts";
import { aModel, aProvider, someSettings } from "../../support/agent-config/agent-settings.ts";
import { startForwardProxy, type ForwardProxy } from "../../support/core/forward-proxy.ts";
import { startOpenClaw, type OpenClawProcess } from "../../support/containers/openclaw-process.ts";
import { createPrivateAuthority } from "../../support/core/private-authority.ts";

const PATIENCE_MS = 600_000;
/** A name that only the proxy can resolve. */
const MODELS = "models.company.test";
const LOGIN = { username: "fleet", password: "proxy password/@:" };
/** In an agent's network the proxy has a routable address; on this machine it is at loopback, which agents never proxy. */
const PROXY_NAME = "proxy.company.test";

let openclaw: OpenClawProcess | undefined;
let proxy: ForwardProxy | undefined;
const servers: Server[] = [];
const authority = await createPrivateAuthority();
/** Even a refusal shows that the server was reached. */
const refuse: RequestListener = (request, response) => {
  request.resume();
  const error = { message: `reached by ${request.method}`, type: "authentication_error" };
  response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ error }));
};

beforeAll(async () => {
  const outside = await listening(createServer(await authority.sign(MODELS), refuse));
  const inside = await listening(createHttpServer(refuse));
  proxy = await startForwardProxy({ places: { [MODELS]: outside }, login: LOGIN });
  const providers = API_TYPES.flatMap((apiType) => [
    aProvider({ name: apiType, apiType, baseUrl: `https://${MODELS}/v1`, models: [aModel("m")] }),
    aProvider({ name: `${apiType}-inside`, apiType, baseUrl: `http://127.0.0.1:${inside}/v1`, models: [aModel("m")] }),
  ]);
  const { config } = assembleOpenClawConfig(someSettings({ providers }), { agentId: "main", displayName: "Ann" });
  const { variables, certificates } = await agentOutbound(
    {
      proxy: {
        url: new URL(`http://${PROXY_NAME}:${proxy.port}`),
        username: LOGIN.username,
        password: new Secret(LOGIN.password),
      },
      ...{ exceptions: [], certificates: authority.certificate },
    },
    { config, listener: "172.31.0.1", resolve: lookup },
  );
  const here = Object.entries(variables).map(([name, value]) => [name, value.replace(PROXY_NAME, "127.0.0.1")] as const);
  openclaw = await startOpenClaw({ providers, variables: Object.fromEntries(here), certificates: certificates ?? "" });
}, PATIENCE_MS);
afterAll(async () => {
  await openclaw?.stop();
  await proxy?.close();
  for (const server of servers) server.close();
  await authority.remove();
}, PATIENCE_MS);

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

test.each(API_TYPES)(
  "a provider of the API %s is reached through the proxy, and an internal one without it",
  async (apiType) => {
    const before = proxy?.asked.length;
    expect(await openclaw?.ask(`${apiType}/m`, "Hello")).toEqual({
      status: 401,
      text: expect.stringContaining("reached by POST"),
    });
    expect(proxy?.asked.slice(before)).toContain(`${MODELS}:443`);
    const then = proxy?.asked.length;
    expect((await openclaw?.ask(`${apiType}-inside/m`, "Hello"))?.text).toContain("reached by POST");
    expect(proxy?.asked.slice(then).filter((place) => place.includes("127.0.0.1"))).toEqual([]);
  },
  PATIENCE_MS,
);
