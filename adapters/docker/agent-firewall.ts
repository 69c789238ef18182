// Puts the firewall of the agents' bridge in place, with this host's own iptables: the very one that its Docker uses.
import type { ContainerCreateOptions } from "dockerode";
import type { IsolationReason } from "../../contracts/installation/agent-isolation.ts";
import { ipv4Restore, ipv6Restore, isInPlace, removalRestore, type AgentFirewall } from "./agent-firewall-rules.ts";
import { asFleetError, engineStatus, HTTP_NOT_FOUND } from "./docker-runtime-calls.ts";
import { runShortLived, type ShortLived } from "./docker-short-lived.ts";

/**
 * The host's file system is mounted read-only and entered with chroot, so that neither an image of ours nor a registry is
 * needed, and rules of two versions of iptables never meet. `/run` holds the lock of the older backend and the resolvers
 * that systemd knows.
 */
const HOST_ROOT = "/host";
const MOUNTED = ["/", "/usr", "/run"] as const;
const CAPABILITIES = ["NET_ADMIN", "NET_RAW", "SYS_CHROOT"];
const PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";
const EXIT_NO_IPTABLES = 40;
const EXIT_NO_DOCKER_CHAIN = 41;
/** Of the shell and of the engine, when there is no such program. */
const EXITS_WITHOUT_PROGRAM: readonly number[] = [125, 126, 127];
/** The engine refuses to start a container whose program is missing. */
const START_REFUSED: readonly number[] = [400, 500];

const PART = { ipv4: "#mosaic ipv4 ", ipv6: "#mosaic ipv6", resolvers: "#mosaic resolvers" } as const;

/** The backend is the one where Docker's own chain is. There is no /dev/null in there. */
const LOOK = `
found=${EXIT_NO_IPTABLES}
for name in iptables iptables-nft iptables-legacy; do
  rules=$($name-save -t filter 2>&-) || continue
  found=${EXIT_NO_DOCKER_CHAIN}
  case "$rules" in *":DOCKER-USER "*) ;; *) continue ;; esac
  printf '%s%s\\n%s\\n' '${PART.ipv4}' "$name" "$rules"
  rules6=$(ip6\${name#ip}-save -t filter 2>&-) && printf '%s\\n%s\\n' '${PART.ipv6}' "$rules6"
  echo '${PART.resolvers}'
  cat /etc/resolv.conf /run/systemd/resolve/resolv.conf 2>&-
  exit 0
done
exit $found`;

const APPLY = `
printf '%s' "$IPV4" | $NAME-restore --noflush -w 5 || exit 1
[ -z "$IPV6" ] || printf '%s' "$IPV6" | ip6\${NAME#ip}-restore --noflush -w 5 || exit 1`;

/** The rules in the kernel now: those of every installation and of Docker. */
interface FoundRules {
  readonly name: string;
  readonly ipv4: string;
  /** Null where there is no IPv6. */
  readonly ipv6: string | null;
  readonly resolvers: readonly string[];
}

/**
 * Idempotent; each address family is applied as a whole or not at all. Null when the rules stand; otherwise why they do not.
 * @throws FleetError ENGINE_UNAVAILABLE
 */
export async function ensureAgentFirewall(
  tool: ShortLived,
  firewall: Omit<AgentFirewall, "resolvers">,
): Promise<IsolationReason | null> {
  const found = await look(tool);
  if (typeof found === "string") return found;
  const ipv4 = ipv4Restore({ ...firewall, resolvers: found.resolvers }, found.ipv4);
  const ipv6 = found.ipv6 === null ? null : ipv6Restore(firewall.bridge, found.ipv6);
  if (isInPlace(ipv4, found.ipv4) && (ipv6 === null || isInPlace(ipv6, found.ipv6 ?? ""))) return null;
  return await apply(tool, { name: found.name, ipv4, ipv6 });
}

/** Takes all of it away. Null when nothing is left; otherwise why it could not be. @throws FleetError ENGINE_UNAVAILABLE */
export async function removeAgentFirewall(tool: ShortLived, bridge: string): Promise<IsolationReason | null> {
  const found = await look(tool);
  if (typeof found === "string") return found;
  const ipv4 = removalRestore(bridge, found.ipv4);
  const ipv6 = found.ipv6 === null ? null : removalRestore(bridge, found.ipv6);
  if (ipv4 === null && ipv6 === null) return null;
  return await apply(tool, { name: found.name, ipv4, ipv6 });
}

async function look(tool: ShortLived): Promise<FoundRules | IsolationReason> {
  const ended = await onHost(tool, LOOK, []);
  if (typeof ended === "string") return ended;
  if (ended.exitCode === EXIT_NO_IPTABLES) return "no_iptables";
  if (ended.exitCode === EXIT_NO_DOCKER_CHAIN) return "no_docker_chain";
  if (EXITS_WITHOUT_PROGRAM.includes(ended.exitCode)) return "no_iptables";
  return ended.exitCode === 0 ? parse(ended.output) : "rules_refused";
}

async function apply(
  tool: ShortLived,
  rules: { readonly name: string; readonly ipv4: string | null; readonly ipv6: string | null },
): Promise<IsolationReason | null> {
  const nothing = "*filter\nCOMMIT\n";
  const variables = [`NAME=${rules.name}`, `IPV4=${rules.ipv4 ?? nothing}`, `IPV6=${rules.ipv6 ?? ""}`];
  const ended = await onHost(tool, APPLY, variables);
  if (typeof ended === "string") return ended;
  return ended.exitCode === 0 ? null : "rules_refused";
}

async function onHost(tool: ShortLived, script: string, variables: readonly string[]) {
  try {
    return await runShortLived(tool, "firewall", onHostOptions(script, variables));
  } catch (error) {
    const status = engineStatus(error);
    if (status === HTTP_NOT_FOUND) return "image_missing" as const;
    if (status !== null && START_REFUSED.includes(status)) return "image_unfit" as const;
    throw asFleetError(error);
  }
}

function onHostOptions(script: string, variables: readonly string[]): ContainerCreateOptions {
  const hostConfig: ContainerCreateOptions["HostConfig"] = {
    NetworkMode: "host",
    UsernsMode: "host",
    CapAdd: CAPABILITIES,
    SecurityOpt: ["no-new-privileges", "label=disable"],
  };
  const mounts = MOUNTED.map((folder) => ({
    Type: "bind",
    Source: folder,
    Target: folder === "/" ? HOST_ROOT : `${HOST_ROOT}${folder}`,
    ReadOnly: true,
    // The host's other mounts stay out.
    BindOptions: { NonRecursive: true },
  }));
  return {
    User: "0:0",
    Entrypoint: ["chroot", HOST_ROOT, "/bin/sh", "-c", script],
    Cmd: [],
    Env: [PATH, ...variables],
    // The library's types know neither that option nor that the propagation may be left to the engine.
    HostConfig: Object.assign(hostConfig, { Mounts: mounts }),
  };
}

function parse(output: string): FoundRules {
  const [before = "", resolvers = ""] = output.split(`${PART.resolvers}\n`);
  const [ipv4Part = "", ipv6] = before.split(`${PART.ipv6}\n`);
  const [first = "", ...rest] = ipv4Part.split("\n");
  return {
    name: first.slice(PART.ipv4.length).trim(),
    ipv4: rest.join("\n"),
    ipv6: ipv6 ?? null,
    resolvers: [...resolvers.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, address]) => address ?? []),
  };
}
