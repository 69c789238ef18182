// The firewall of the agents' bridge as rules for iptables: what agents reach, and who reaches them.
import ipaddr from "ipaddr.js";

export interface AgentFirewall {
  /** The bridge's interface; rules go by it. */
  readonly bridge: string;
  readonly subnet: string;
  /** The bridge's own address, where the internal listener is. */
  readonly gatewayAddress: string;
  readonly internalPort: number;
  /** Of the demonstration's model on the bridge's own address. */
  readonly demoModelPort: number | null;
  /** Private networks that the administrator opened; `all`: every private address. */
  readonly openedNetworks: readonly string[] | "all";
  /** Addresses that the host asks for names; containers ask them too. */
  readonly resolvers: readonly string[];
}

export interface FirewallChains {
  /** From agents to this host. */
  readonly toHost: string;
  /** From agents to anywhere else. */
  readonly outward: string;
  /** From anywhere else to agents. */
  readonly inward: string;
}

const IPV4_PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] as const;
/**
 * No list opens these: link-local with the metadata of clouds, Azure's platform address, and what is neither private nor
 * public (IANA's registry): loopback, carriers' networks, documentation, benchmarks, multicast, reserved.
 */
const IPV4_NEVER = [
  ...["169.254.0.0/16", "168.63.129.16/32", "0.0.0.0/8", "127.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24"],
  ...["192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
] as const;
const REJECT = "-j REJECT --reject-with icmp-admin-prohibited";
const DNS_PORT = 53;

/** At most 28 characters, which is what iptables takes. */
export function chainNames(bridge: string): FirewallChains {
  const stem = bridge.toUpperCase();
  return { toHost: `${stem}-HOST`, outward: `${stem}-OUT`, inward: `${stem}-IN` };
}

/** Where Docker and the host look first. A hook stands before everything else, so that nobody's ACCEPT comes before it. */
function hooks(bridge: string): string[] {
  const { toHost, outward, inward } = chainNames(bridge);
  return [`INPUT -i ${bridge} -j ${toHost}`, `DOCKER-USER -o ${bridge} -j ${inward}`, `DOCKER-USER -i ${bridge} -j ${outward}`];
}

/**
 * The input of one `iptables-restore --noflush`, which is applied as a whole or not at all. `saved` is what
 * `iptables-save -t filter` printed: the hooks it contains are replaced.
 */
export function ipv4Restore(firewall: AgentFirewall, saved: string): string {
  const { bridge } = firewall;
  const chains = chainNames(bridge);
  return restore([
    ...Object.values(chains).map(emptied),
    ...staleHooks(saved, Object.values(chains)),
    ...toHostRules(firewall).map((rule) => `-A ${chains.toHost} ${rule}`),
    ...outwardRules(firewall).map((rule) => `-A ${chains.outward} ${rule}`),
    ...inwardRules().map((rule) => `-A ${chains.inward} ${rule}`),
    ...hooks(bridge).map((hook) => insertFirst(hook)),
  ]);
}

/** Agents have no IPv6, and what still came over it passes nowhere. */
export function ipv6Restore(bridge: string, saved: string): string {
  const { outward } = chainNames(bridge);
  const hooked = [`INPUT -i ${bridge}`, `FORWARD -i ${bridge}`, `FORWARD -o ${bridge}`];
  return restore([
    emptied(outward),
    ...staleHooks(saved, [outward]),
    `-A ${outward} -j DROP`,
    ...hooked.map((hook) => insertFirst(`${hook} -j ${outward}`)),
  ]);
}

/** Takes hooks and chains away again; null when there are none. */
export function removalRestore(bridge: string, saved: string): string | null {
  const ours = Object.values(chainNames(bridge)).filter((chain) => saved.includes(`:${chain} `));
  if (ours.length === 0) return null;
  return restore([...ours.map(emptied), ...staleHooks(saved, ours), ...ours.map((chain) => `-X ${chain}`)]);
}

/** Whether the rules stand as `restored` wants them, hooks first: nothing has to be applied again. */
export function isInPlace(restored: string, saved: string): boolean {
  const wanted = restored.split("\n");
  const chains = wanted.flatMap((line) => (line.startsWith(":") ? [line.slice(1, line.indexOf(" "))] : []));
  if (chains.some((chain) => rulesOf(chain, wanted).join("\n") !== rulesOf(chain, saved.split("\n")).join("\n"))) return false;
  const inserted = wanted.filter((line) => line.startsWith("-I "));
  return [...new Set(inserted.map(chainOf))].every((chain) => {
    // The last one inserted stands first.
    const hooked = inserted.filter((line) => chainOf(line) === chain).toReversed();
    const first = rulesOf(chain, saved.split("\n")).slice(0, hooked.length);
    return first.join("\n") === hooked.map((line) => line.replace(`-I ${chain} 1 `, `-A ${chain} `)).join("\n");
  });
}

function rulesOf(chain: string, lines: readonly string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line.startsWith("-A ") && chainOf(line) === chain);
}

function chainOf(line: string): string {
  return line.split(" ")[1] ?? "";
}

function toHostRules(firewall: AgentFirewall): string[] {
  const { gatewayAddress, internalPort, demoModelPort } = firewall;
  const own = [internalPort, ...(demoModelPort === null ? [] : [demoModelPort])];
  return [
    // Answers to this host alone: what an agent opened itself is judged by its destination, however long it stands.
    "-m conntrack --ctstate ESTABLISHED --ctdir REPLY -j RETURN",
    // Past the host's own firewall, because without it no agent gets its configuration.
    ...own.map((port) => `-d ${gatewayAddress}/32 -p tcp -m tcp --dport ${port} -j ACCEPT`),
    ...resolverRules(firewall),
    ...openedRules(firewall),
    REJECT,
  ];
}

function outwardRules(firewall: AgentFirewall): string[] {
  return [
    // The agents' own network first: no list opens other agents.
    `-d ${networkText(firewall.subnet)} ${REJECT}`,
    ...resolverRules(firewall),
    // Before what was opened, whose block may reach beyond the private ranges.
    ...IPV4_NEVER.map((network) => `-d ${network} ${REJECT}`),
    ...openedRules(firewall),
    ...IPV4_PRIVATE.map((network) => `-d ${network} ${REJECT}`),
    "-j RETURN",
  ];
}

function inwardRules(): string[] {
  return ["-m conntrack --ctstate ESTABLISHED --ctdir REPLY -j RETURN", "-j DROP"];
}

/** Containers ask the host's resolvers themselves; a public one needs no rule. */
function resolverRules({ resolvers }: AgentFirewall): string[] {
  return [...new Set(resolvers)]
    .filter(isAskedFromInside)
    .flatMap((address) =>
      ["udp", "tcp"].map((protocol) => `-d ${address}/32 -p ${protocol} -m ${protocol} --dport ${DNS_PORT} -j RETURN`),
    );
}

/** Resolvers on loopback are asked by the engine, in the host's place. */
function isAskedFromInside(address: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(address) && ipaddr.IPv4.parse(address).range() !== "loopback";
}

function openedRules({ openedNetworks }: AgentFirewall): string[] {
  const networks = openedNetworks === "all" ? IPV4_PRIVATE : openedNetworks.flatMap(ipv4Network);
  return [...new Set(networks)].map((network) => `-d ${network} -j RETURN`);
}

/** Only private networks can be opened, as everywhere else; agents have no IPv6. */
function ipv4Network(cidr: string): string[] {
  if (!ipaddr.IPv4.isValidCIDR(cidr)) return [];
  const range = ipaddr.IPv4.parseCIDR(cidr)[0].range();
  return range === "private" ? [networkText(cidr)] : [];
}

function networkText(cidr: string): string {
  const [, bits] = ipaddr.IPv4.parseCIDR(cidr);
  return `${ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()}/${bits}`;
}

function staleHooks(saved: string, chains: readonly string[]): string[] {
  const ours = new Set(chains);
  return saved
    .split("\n")
    .filter((line) => line.startsWith("-A ") && ours.has(/ -j (\S+)$/.exec(line.trim())?.[1] ?? ""))
    .map((line) => line.trim().replace(/^-A /, "-D "));
}

function emptied(chain: string): string {
  return `:${chain} - [0:0]`;
}

function insertFirst(hook: string): string {
  const [chain = "", ...rest] = hook.split(" ");
  return `-I ${chain} 1 ${rest.join(" ")}`;
}

function restore(lines: readonly string[]): string {
  return ["*filter", ...lines, "COMMIT", ""].join("\n");
}
