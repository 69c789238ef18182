// Canonical text of a client's address, and the group it is counted in.
import ipaddr from "ipaddr.js";

const UNKNOWN = "unknown";
/** One customer usually holds a /64 of IPv6, so that single addresses in it count as one. */
const IPV6_GROUP_BITS = 64;

/** `::ffff:1.2.3.4` becomes `1.2.3.4`; anything that is no address becomes `unknown`. */
export function canonicalAddress(text: string | undefined): string {
  const plain = text?.split("%")[0];
  if (plain === undefined || !ipaddr.isValid(plain)) return UNKNOWN;
  return ipaddr.process(plain).toString();
}

/** The address for IPv4, its /64 for IPv6. */
export function addressGroup(canonical: string): string {
  if (!ipaddr.IPv6.isValid(canonical)) return canonical;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${canonical}/${IPV6_GROUP_BITS}`).toString()}/${IPV6_GROUP_BITS}`;
}
