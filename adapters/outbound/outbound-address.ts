// Which user-supplied addresses the product may call: the protection against server-side request forgery.
import ipaddr from "ipaddr.js";

export interface OutboundRule {
  /** Networks of RFC 1918 or ULA addresses that the administrator opened, e.g. `10.20.0.0/16`. */
  readonly allowedCidrs?: readonly string[];
  /** Opens all of RFC 1918 and ULA: for an installation that is at home in one network with its models. */
  readonly allowPrivate?: boolean;
  /** The networks that agents' containers live in. No list opens them: other tenants' gateways are there. */
  readonly agentCidrs?: readonly string[];
}

export type AddressVerdict = "allowed" | "loopback" | "metadata" | "agents" | "private" | "not_public";

/** Addresses of cloud platforms that look public or private but answer with the machine's own credentials. */
const METADATA: ReadonlySet<string> = new Set(["168.63.129.16", "169.254.169.254", "100.100.100.200", "fd00:ec2::254"]);
/** IPv4 in disguise that `process()` does not unwrap: the deprecated IPv4-compatible form. */
const IPV4_COMPATIBLE: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("::"), 96];
/** All that has been given out for the public so far (IANA's registry of the IPv6 address space). */
const IPV6_PUBLIC: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("2000::"), 3];

/** `address` is an IPv4 or IPv6 literal as a resolver gives it, without brackets. */
export function judgeAddress(address: string, rule: OutboundRule): AddressVerdict {
  if (!ipaddr.isValid(address)) return "not_public";
  const plain = ipaddr.process(address);
  if (METADATA.has(plain.toString()) || plain.range() === "linkLocal") return "metadata";
  const range = plain.range();
  if (range === "loopback" || range === "unspecified") return "loopback";
  if (plain instanceof ipaddr.IPv6 && plain.match(IPV4_COMPATIBLE)) return "not_public";
  if (isWithin(plain, rule.agentCidrs ?? [])) return "agents";
  if (range === "unicast") return plain instanceof ipaddr.IPv6 && !plain.match(IPV6_PUBLIC) ? "not_public" : "allowed";
  if (range !== "private" && range !== "uniqueLocal") return "not_public";
  return rule.allowPrivate === true || isWithin(plain, rule.allowedCidrs ?? []) ? "allowed" : "private";
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, cidrs: readonly string[]): boolean {
  return cidrs.some((cidr) => {
    const [network, bits] = ipaddr.parseCIDR(cidr);
    return network.kind() === address.kind() && address.match(network, bits);
  });
}

/** The Fetch standard's bad ports (section "port blocking"): their servers may take a line of HTTP for a command. */
const PORTS_OF_OTHER_PROTOCOLS: ReadonlySet<string> = new Set(
  [
    "0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139",
    "143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049",
    "3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080",
  ].flatMap((ports) => ports.split(" ")),
);

/** `port` as in a URL: empty for the usual one. */
export function isPortOfAnotherProtocol(port: string): boolean {
  return PORTS_OF_OTHER_PROTOCOLS.has(port);
}
