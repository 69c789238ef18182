// The environment variables that give an agent the product's outbound settings.
import { isIP, type LookupFunction } from "node:net";
import { z } from "zod";
import { addressesOf } from "../outbound/checked-lookup.ts";
import { judgeAddress } from "../outbound/outbound-address.ts";
import { proxyHref, type OutboundWay } from "../outbound/outbound-way.ts";

/** Never through a proxy, whatever an administrator writes: the agent itself, our listener, and what is internal. */
const ALWAYS_DIRECT = ["localhost", "127.0.0.1", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * OpenClaw's own client for Ollama ignores HTTPS_PROXY unless this variable is set, which OpenClaw itself sets for its children
 * if it manages a proxy (2026.9.6). NO_PROXY still applies.
 */
const OLLAMA_TOO = { OPENCLAW_PROXY_ACTIVE: "1" } as const;

const providersSchema = z.object({
  models: z.object({
    providers: z.record(z.string(), z.object({ baseUrl: z.string().optional(), api: z.string().optional() })),
  }),
});

export interface AgentOutbound {
  readonly variables: Readonly<Record<string, string>>;
  /** PEM; the agent's process has to be started with them. */
  readonly certificates: string | null;
}

/**
 * `config`: its openclaw.json, whose providers on an internal address are named as exceptions, because a name does not show
 * where it leads. `listener`: the address of ours that it fetches from. A proxy on a loopback address is the machine's own:
 * in a container that address means the container, so that agents go without.
 */
export async function agentOutbound(
  way: OutboundWay,
  facts: { readonly config: unknown; readonly listener: string; readonly resolve: LookupFunction },
): Promise<AgentOutbound> {
  const { proxy, exceptions, certificates } = way;
  const host = proxy?.url.hostname.replace(/^\[|\]$/g, "") ?? "";
  if (proxy === null || host === "localhost" || (isIP(host) !== 0 && judgeAddress(host, {}) === "loopback"))
    return { variables: {}, certificates };
  const providers = providersOf(facts.config);
  const internal = await internalHosts(providers, facts.resolve);
  const direct = [...new Set([...ALWAYS_DIRECT, facts.listener, ...internal, ...exceptions])].join(",");
  const href = proxyHref(proxy);
  const variables = { HTTPS_PROXY: href, HTTP_PROXY: href, https_proxy: href, http_proxy: href };
  const hasOllamaOutside = providers.some(({ api, host: name }) => api === "ollama" && !internal.includes(name));
  const ollama = hasOllamaOutside ? OLLAMA_TOO : {};
  return { variables: { ...variables, NO_PROXY: direct, no_proxy: direct, ...ollama }, certificates };
}

interface Provider {
  readonly host: string;
  readonly api: string;
}

function providersOf(config: unknown): Provider[] {
  const { data } = providersSchema.safeParse(config);
  return Object.values(data?.models.providers ?? {}).flatMap(({ baseUrl = "", api = "" }) =>
    URL.canParse(baseUrl) ? [{ host: new URL(baseUrl).hostname.replace(/^\[|\]$/g, ""), api }] : [],
  );
}

async function internalHosts(providers: readonly Provider[], resolve: LookupFunction): Promise<string[]> {
  const hosts = [...new Set(providers.map(({ host }) => host))];
  const judged = await Promise.all(hosts.map(async (host) => ({ host, isInternal: await isInternal(host, resolve) })));
  return judged.flatMap(({ host, isInternal: inside }) => (inside ? [host] : []));
}

async function isInternal(host: string, resolve: LookupFunction): Promise<boolean> {
  if (isIP(host) !== 0) return judgeAddress(host, {}) !== "allowed";
  const addresses = await addressesOf(host, resolve);
  return addresses.some((address) => judgeAddress(address, {}) !== "allowed");
}
