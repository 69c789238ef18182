// Whether a call goes through the proxy: what lies outside does, what is internal or an exception never.
import { isIP, type LookupFunction } from "node:net";
import { addressesOf } from "./checked-lookup.ts";
import { judgeAddress } from "./outbound-address.ts";
import type { OutboundProxy, OutboundWay } from "./outbound-way.ts";
import { isException } from "./proxy-exceptions.ts";

export interface ChoiceOptions {
  readonly resolve: LookupFunction;
  /** Throws for an address that must not be called. */
  readonly check: (address: string) => void;
}

/** Names that only an internal network gives out: a proxy must not look up for us what we were not given. */
const INTERNAL_NAME = /(?:^|\.)(?:localhost|local|internal|lan|home\.arpa|intranet|corp|home)$/;

/**
 * Null: directly. A destination is judged here before a proxy gets it. A name that is unknown here is left to the proxy,
 * which in many networks is the only one that can look it up; then its own rules say where it leads.
 * @throws what `check` throws
 */
export async function chooseProxy(
  url: URL,
  way: OutboundWay,
  { resolve, check }: ChoiceOptions,
): Promise<OutboundProxy | null> {
  if (way.proxy === null || isException(url, way.exceptions)) return null;
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (isIP(host) !== 0) return isOutside(host) ? way.proxy : null;
  const addresses = await addressesOf(host, resolve);
  if (addresses.length === 0) return host.includes(".") && !INTERNAL_NAME.test(host) ? way.proxy : null;
  for (const address of addresses) check(address);
  return addresses.every(isOutside) ? way.proxy : null;
}

function isOutside(address: string): boolean {
  return judgeAddress(address, {}) === "allowed";
}
