import { chainNames, ipv4Restore, ipv6Restore, isInPlace, removalRestore, type AgentFirewall } from "./agent-firewall-rules.ts";

const FIREWALL: AgentFirewall = {
  bridge: "mosaic-0a1b2c3d",
  subnet: "172.28.16.0/20",
  gatewayAddress: "172.28.16.1",
  internalPort: 4001,
  demoModelPort: null,
  openedNetworks: [],
  resolvers: [],
};
const SAVED = [
  "*filter",
  ":INPUT ACCEPT [0:0]",
  ":DOCKER-USER - [0:0]",
  "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT",
  "-A DOCKER-USER -j RETURN",
  "COMMIT",
].join("\n");
const chains = chainNames(FIREWALL.bridge);
const rulesOf = (chain: string, changes: Partial<AgentFirewall> = {}): string[] =>
  ipv4Restore({ ...FIREWALL, ...changes }, SAVED)
    .split("\n")
    .filter((line) => line.startsWith(`-A ${chain} `))
    .map((line) => line.slice(`-A ${chain} `.length));
const REJECT = "-j REJECT --reject-with icmp-admin-prohibited";

/** What `iptables-save` prints after a restore: chains, then hooks before what stood there, then rules. */
function savedAfter(restored: string): string {
  const lines = restored.split("\n");
  const hooks = lines.filter((line) => line.startsWith("-I ")).toReversed();
  const told = (chain: string) =>
    hooks.filter((line) => line.startsWith(`-I ${chain} `)).map((line) => line.replace(`-I ${chain} 1`, `-A ${chain}`));
  return [
    ...lines.filter((line) => line.startsWith(":")),
    ...told("INPUT"),
    "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT",
    ...told("DOCKER-USER"),
    "-A DOCKER-USER -j RETURN",
    ...lines.filter((line) => line.startsWith("-A ")),
  ].join("\n");
}

test("agents reach the internal listener on the bridge's address, and nothing else of this host", () => {
  expect(rulesOf(chains.toHost)).toEqual([
    "-m conntrack --ctstate ESTABLISHED --ctdir REPLY -j RETURN",
    "-d 172.28.16.1/32 -p tcp -m tcp --dport 4001 -j ACCEPT",
    REJECT,
  ]);
});

test("the demonstration's model is reached at its port of the bridge's address", () => {
  expect(rulesOf(chains.toHost, { demoModelPort: 4002 })).toContain("-d 172.28.16.1/32 -p tcp -m tcp --dport 4002 -j ACCEPT");
});

test("outward, what is not public is refused, other agents first, and the rest goes on to Docker's own rules", () => {
  const rules = rulesOf(chains.outward);
  expect(rules[0]).toBe(`-d 172.28.16.0/20 ${REJECT}`);
  expect(rules.at(-1)).toBe("-j RETURN");
  for (const network of [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "168.63.129.16/32",
    "100.64.0.0/10",
  ]) {
    expect(rules).toContain(`-d ${network} ${REJECT}`);
  }
  expect(rules.filter((rule) => rule.includes("RETURN"))).toHaveLength(1);
});

test("what an administrator opened is open before private networks are refused, on this host as well, but never other agents", () => {
  const openedNetworks = ["10.20.0.0/16", "192.168.5.7/32"];
  for (const chain of [chains.outward, chains.toHost]) {
    const rules = rulesOf(chain, { openedNetworks });
    for (const network of openedNetworks) expect(rules).toContain(`-d ${network} -j RETURN`);
    expect(rules.indexOf("-d 10.20.0.0/16 -j RETURN")).toBeLessThan(rules.findLastIndex((rule) => rule.endsWith(REJECT)));
  }
  const all = rulesOf(chains.outward, { openedNetworks: "all" });
  expect(all[0]).toBe(`-d 172.28.16.0/20 ${REJECT}`);
  expect(all).toContain("-d 10.0.0.0/8 -j RETURN");
});

test.each(["169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/0", "8.8.8.0/24", "fd00::/8"])("no list opens %s", (network) => {
  expect(rulesOf(chains.outward, { openedNetworks: [network] })).toEqual(rulesOf(chains.outward));
});

test("a block that reaches beyond the private ranges opens no metadata address", () => {
  const rules = rulesOf(chains.outward, { openedNetworks: ["172.16.0.0/4"] });
  const opened = rules.indexOf("-d 160.0.0.0/4 -j RETURN");
  for (const never of ["169.254.0.0/16", "168.63.129.16/32"])
    expect(rules.indexOf(`-d ${never} ${REJECT}`)).toBeLessThan(opened);
});

test("a network is written as the kernel tells it, whatever address of it was given", () => {
  expect(rulesOf(chains.outward, { openedNetworks: ["10.20.30.40/16"] })).toContain("-d 10.20.0.0/16 -j RETURN");
});

test("resolvers can be reached for DNS, and nothing else; the engine itself reaches those on loopback", () => {
  const rules = rulesOf(chains.outward, { resolvers: ["10.0.0.2", "127.0.0.53", "fd00::53", "10.0.0.2"] });
  expect(rules.filter((rule) => rule.includes("--dport 53"))).toEqual([
    "-d 10.0.0.2/32 -p udp -m udp --dport 53 -j RETURN",
    "-d 10.0.0.2/32 -p tcp -m tcp --dport 53 -j RETURN",
  ]);
});

test("nobody opens a connection to an agent: only answers to what it asked pass", () => {
  expect(rulesOf(chains.inward)).toEqual(["-m conntrack --ctstate ESTABLISHED --ctdir REPLY -j RETURN", "-j DROP"]);
});

test("hooks come first, and Docker's RETURN stays last", () => {
  const lines = ipv4Restore(FIREWALL, SAVED).split("\n");
  expect(lines.filter((line) => line.startsWith("-I "))).toEqual([
    `-I INPUT 1 -i mosaic-0a1b2c3d -j ${chains.toHost}`,
    `-I DOCKER-USER 1 -o mosaic-0a1b2c3d -j ${chains.inward}`,
    `-I DOCKER-USER 1 -i mosaic-0a1b2c3d -j ${chains.outward}`,
  ]);
  expect(lines.some((line) => line.startsWith("-D "))).toBe(false);
});

test("applied again, the old hooks go in the same step", () => {
  const saved = savedAfter(ipv4Restore(FIREWALL, SAVED));
  const again = ipv4Restore(FIREWALL, saved).split("\n");
  expect(again.filter((line) => line.startsWith("-D "))).toEqual([
    `-D INPUT -i mosaic-0a1b2c3d -j ${chains.toHost}`,
    `-D DOCKER-USER -i mosaic-0a1b2c3d -j ${chains.outward}`,
    `-D DOCKER-USER -o mosaic-0a1b2c3d -j ${chains.inward}`,
  ]);
});

test("rules that stand as they should are found, and a hook that somebody got in front of is not", () => {
  const saved = savedAfter(ipv4Restore(FIREWALL, SAVED));
  expect(isInPlace(ipv4Restore(FIREWALL, saved), saved)).toBe(true);
  expect(isInPlace(ipv4Restore(FIREWALL, SAVED), SAVED)).toBe(false);
  expect(isInPlace(ipv4Restore({ ...FIREWALL, openedNetworks: "all" }, saved), saved)).toBe(false);
  const overtaken = saved.replace("-A INPUT -i", "-A INPUT -j ACCEPT\n-A INPUT -i");
  expect(isInPlace(ipv4Restore(FIREWALL, overtaken), overtaken)).toBe(false);
});

test("over IPv6 nothing passes in any direction", () => {
  const lines = ipv6Restore(FIREWALL.bridge, "").split("\n");
  expect(lines).toContain(`-A ${chains.outward} -j DROP`);
  for (const hook of ["INPUT 1 -i", "FORWARD 1 -i", "FORWARD 1 -o"])
    expect(lines).toContain(`-I ${hook} mosaic-0a1b2c3d -j ${chains.outward}`);
});

test("chains go with their hooks, and another installation's stay", () => {
  const other = chainNames("mosaic-ffffffff");
  const saved = `${savedAfter(ipv4Restore(FIREWALL, SAVED))}\n:${other.toHost} - [0:0]\n-A INPUT -i mosaic-ffffffff -j ${other.toHost}`;
  const removed = removalRestore(FIREWALL.bridge, saved) ?? "";
  for (const chain of Object.values(chains)) expect(removed).toContain(`-X ${chain}`);
  expect(removed).toContain(`-D INPUT -i mosaic-0a1b2c3d -j ${chains.toHost}`);
  expect(removed).not.toContain("ffffffff");
  expect(removed).not.toContain("FFFFFFFF");
  expect(removalRestore(FIREWALL.bridge, SAVED)).toBeNull();
});
