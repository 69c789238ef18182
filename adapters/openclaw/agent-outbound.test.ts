import type { LookupFunction } from "node:net";
import { Secret } from "../../contracts/core/secret.ts";
import { agentOutbound } from "./agent-outbound.ts";
import { DIRECT, type OutboundWay } from "../outbound/outbound-way.ts";

const NAMES: Readonly<Record<string, string>> = { "models.company.example": "10.4.5.6", "api.public.example": "203.0.114.9" };
const resolve: LookupFunction = (name, _options, callback) => {
  const address = NAMES[name];
  if (address === undefined) callback(Object.assign(new Error("unknown"), { code: "ENOTFOUND" }), "");
  else callback(null, [{ address, family: 4 }]);
};
const config = {
  models: {
    providers: {
      house: { baseUrl: "http://models.company.example:8000/v1" },
      near: { baseUrl: "http://172.30.0.1:11434" },
      far: { baseUrl: "https://api.public.example/v1" },
      unknown: { baseUrl: "https://api.unknown.example/v1" },
      none: {},
    },
  },
};
const proxied: OutboundWay = {
  proxy: { url: new URL("http://proxy.example:3128"), username: "fleet", password: new Secret("a:b") },
  exceptions: ["wiki.example"],
  certificates: "PEM",
};
const given = async (way: OutboundWay) => await agentOutbound(way, { config, listener: "172.31.0.1", resolve });

test("the proxy comes with its credentials, in the form that programs read", async () => {
  const { variables } = await given(proxied);
  expect(variables).toMatchObject({ https_proxy: "http://fleet:a%3Ab@proxy.example:3128" });
  expect(new Set([variables["HTTPS_PROXY"], variables["HTTP_PROXY"], variables["http_proxy"]]).size).toBe(1);
});

test("our listener, what is internal, and providers whose name leads inside are never asked of it", async () => {
  const exceptions = (await given(proxied)).variables["no_proxy"]?.split(",") ?? [];
  const wanted = ["localhost", "127.0.0.1", "::1", "172.31.0.1", "models.company.example", "172.30.0.1", "wiki.example"];
  expect(exceptions).toEqual(expect.arrayContaining(wanted));
  expect(exceptions).not.toContain("api.public.example");
  expect(exceptions).not.toContain("api.unknown.example");
});

test.each([
  ["https://ollama.public.example", "1"],
  ["http://172.30.0.1:11434", undefined],
])("a provider of the API ollama at %s switches its own client to the proxy: %s", async (baseUrl, expected) => {
  const own = { models: { providers: { ollama: { baseUrl, api: "ollama" } } } };
  const { variables } = await agentOutbound(proxied, { config: own, listener: "172.31.0.1", resolve });
  expect(variables["OPENCLAW_PROXY_ACTIVE"]).toBe(expected);
});

test("without a proxy there are no variables, and the authorities come all the same", async () => {
  expect(await given({ ...DIRECT, certificates: "PEM" })).toEqual({ variables: {}, certificates: "PEM" });
});

test.each(["http://127.0.0.1:3128", "http://localhost:3128", "http://[::1]:3128"])(
  "%s would be the container itself: agents go without",
  async (url) => {
    const way = { ...proxied, proxy: { url: new URL(url), username: null, password: null } };
    expect((await given(way)).variables).toEqual({});
  },
);
