// How an outbound connection is made: directly or through a proxy, and which certificate authorities are trusted.
import { getCACertificates } from "node:tls";
import { Agent, ProxyAgent, type Dispatcher } from "undici";
import type { Secret } from "../../contracts/core/secret.ts";

export interface OutboundProxy {
  readonly url: URL;
  readonly username: string | null;
  readonly password: Secret | null;
}

export interface OutboundWay {
  /** Null: no proxy. */
  readonly proxy: OutboundProxy | null;
  /** Names, addresses and networks that are reached without the proxy. */
  readonly exceptions: readonly string[];
  /** PEM, trusted in addition to the authorities of Node.js; null for none. */
  readonly certificates: string | null;
}

export const DIRECT: OutboundWay = { proxy: null, exceptions: [], certificates: null };

/**
 * For `ca` of a TLS connection, which replaces the usual authorities; undefined keeps them. The certificates that this process
 * got through NODE_EXTRA_CA_CERTS are trusted only if they are in `certificates`: otherwise a connection test in this process
 * would pass, and the agent, which does not have the file, would fail.
 */
export function authorities({ certificates }: Pick<OutboundWay, "certificates">): string[] | undefined {
  const own = certificates === null ? [] : [certificates];
  const usual = new Set(getCACertificates("bundled"));
  const ofEnvironment = new Set(getCACertificates("extra").filter((each) => !usual.has(each)));
  if (own.length + ofEnvironment.size === 0) return undefined;
  return [...getCACertificates("default").filter((each) => !ofEnvironment.has(each)), ...own];
}

/** With its credentials, for programs that take a proxy as one address. Never to be logged. */
export function proxyHref({ url, username, password }: OutboundProxy): string {
  const href = new URL(url);
  href.username = encodeURIComponent(username ?? "");
  href.password = encodeURIComponent(password?.reveal() ?? "");
  return href.href.replace(/\/$/, "");
}

type Connect = NonNullable<Agent.Options["connect"]> & object;

/** One connection's worth: destroy it after use. */
export function directAgent(way: OutboundWay, connect: Extract<Connect, { timeout?: unknown }>): Dispatcher {
  const ca = authorities(way);
  return new Agent({ connect: { ...connect, ...(ca === undefined ? {} : { ca }) } });
}

/** The proxy gets the destination as it was written. */
export function proxyAgent(way: OutboundWay, proxy: OutboundProxy, timeoutMs: number): Dispatcher {
  const ca = authorities(way);
  const tls = { timeout: timeoutMs, ...(ca === undefined ? {} : { ca }) };
  const { username, password } = proxy;
  const token = Buffer.from(`${username ?? ""}:${password?.reveal() ?? ""}`).toString("base64");
  return new ProxyAgent({
    uri: proxy.url.href,
    ...(username === null ? {} : { token: `Basic ${token}` }),
    requestTls: tls,
    proxyTls: tls,
    connect: tls,
  });
}
