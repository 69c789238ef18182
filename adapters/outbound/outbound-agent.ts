// The way to one address that somebody entered: judged, resolved to judged addresses alone, directly or through the proxy.
import { lookup as resolveName } from "node:dns";
import type { LookupFunction } from "node:net";
import type { Dispatcher } from "undici";
import { addressRefusal, portOf, type JudgeAddress } from "../llm/provider-address.ts";
import { checkedLookup } from "./checked-lookup.ts";
import { judgeAddress, type OutboundRule } from "./outbound-address.ts";
import { DIRECT, directAgent, proxyAgent, type OutboundWay } from "./outbound-way.ts";
import { chooseProxy } from "./proxy-choice.ts";
import { assertAllowed, safeFetchError } from "./safe-fetch-failures.ts";

export interface OutboundAgentOptions extends OutboundRule {
  /** How a name becomes addresses; Node's own resolver unless a test gives another. */
  readonly resolve?: LookupFunction | undefined;
  /** Asked at every call, so that a change counts at once; where absent, nothing stands between us and the outside. */
  readonly way?: (() => Promise<OutboundWay>) | undefined;
  /** In place of the rule; the port is that of the connection. */
  readonly judge?: JudgeAddress | undefined;
}

export interface OutboundAgent {
  readonly url: URL;
  /** One call's worth: destroy it after use. */
  readonly agent: Dispatcher;
  readonly viaProxy: boolean;
}

/** @throws FleetError PROVIDER_TEST_FAILED for an address that must not be called */
export async function openOutbound(text: string, options: OutboundAgentOptions, connectMs: number): Promise<OutboundAgent> {
  const judge = options.judge ?? ((address: string) => judgeAddress(address, options));
  const resolve = options.resolve ?? resolveName;
  // Node asks no resolver for a literal address, so that it is judged here.
  const refusal = addressRefusal(text, judge);
  if (refusal !== null) throw safeFetchError(refusal);
  const url = new URL(text);
  const check = (address: string): void => assertAllowed(judge(address, portOf(url)));
  const way = await (options.way?.() ?? DIRECT);
  const proxy = await chooseProxy(url, way, { resolve, check });
  const agent =
    proxy === null
      ? directAgent(way, { lookup: checkedLookup(resolve, check), timeout: connectMs })
      : proxyAgent(way, proxy, connectMs);
  return { url, agent, viaProxy: proxy !== null };
}
