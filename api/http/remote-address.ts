// Canonical text of a client's address, and the group it is counted in.
import { isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";

const UNKNOWN = "unknown";
/** One customer usually holds a /64 of IPv6, so that single addresses in it count as one. */
const IPV6_GROUP_BITS = 64;
/** Addresses of homes and offices change within a network of about this size. */
const IPV4_NETWORK_BITS = 24;

/** `::ffff:1.2.3.4` becomes `1.2.3.4`; anything that is no address becomes `unknown`. */
export function canonicalAddress(text: string | undefined): string {
  // IPv4 has only one form.
  if (text !== undefined && isIPv4(text)) return text;
  const plain = text?.split("%")[0];
  if (plain === undefined || !ipaddr.isValid(plain)) return UNKNOWN;
  return ipaddr.process(plain).toString();
}

export function isLoopbackAddress(text: string | undefined): boolean {
  const address = canonicalAddress(text);
  return address !== UNKNOWN && ipaddr.parse(address).range() === "loopback";
}

/** The address for IPv4, its /64 for IPv6. */
export function addressGroup(canonical: string): string {
  if (isIPv4(canonical) || !ipaddr.IPv6.isValid(canonical)) return canonical;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${canonical}/${IPV6_GROUP_BITS}`).toString()}/${IPV6_GROUP_BITS}`;
}

/** Where someone usually is: the /24 for IPv4, the /64 for IPv6. */
export function networkOf(canonical: string): string {
  if (!ipaddr.IPv4.isValid(canonical)) return addressGroup(canonical);
  return `${ipaddr.IPv4.networkAddressFromCIDR(`${canonical}/${IPV4_NETWORK_BITS}`).toString()}/${IPV4_NETWORK_BITS}`;
}
