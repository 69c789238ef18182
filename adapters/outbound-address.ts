// Which addresses the product may call on a user's word: the rule against server-side request forgery (P5).
import ipaddr from "ipaddr.js";

export interface OutboundRule {
  /** Networks of RFC 1918 or ULA addresses that the administrator opened, e.g. `10.20.0.0/16`. */
  readonly allowedCidrs?: readonly string[];
  /** Opens all of RFC 1918 and ULA: for an installation that is at home in one network with its models. */
  readonly allowPrivate?: boolean;
}

export type AddressVerdict = "allowed" | "loopback" | "metadata" | "private" | "not_public";

/** Addresses of cloud platforms that look public or private but answer with the machine's own credentials. */
const METADATA: ReadonlySet<string> = new Set(["168.63.129.16", "169.254.169.254", "100.100.100.200", "fd00:ec2::254"]);
/** IPv4 in disguise that `process()` does not unwrap: the deprecated IPv4-compatible form. */
const IPV4_COMPATIBLE: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("::"), 96];

/** `address` is an IPv4 or IPv6 literal as a resolver gives it, without brackets. */
export function judgeAddress(address: string, rule: OutboundRule): AddressVerdict {
  if (!ipaddr.isValid(address)) return "not_public";
  const plain = ipaddr.process(address);
  if (METADATA.has(plain.toString()) || plain.range() === "linkLocal") return "metadata";
  const range = plain.range();
  if (range === "loopback" || range === "unspecified") return "loopback";
  if (plain instanceof ipaddr.IPv6 && plain.match(IPV4_COMPATIBLE)) return "not_public";
  if (range === "unicast") return "allowed";
  if (range !== "private" && range !== "uniqueLocal") return "not_public";
  return rule.allowPrivate === true || isWithin(plain, rule.allowedCidrs ?? []) ? "allowed" : "private";
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, cidrs: readonly string[]): boolean {
  return cidrs.some((cidr) => {
    const [network, bits] = ipaddr.parseCIDR(cidr);
    return network.kind() === address.kind() && address.match(network, bits);
  });
}
