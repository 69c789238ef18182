// Keeps agents apart on one Docker engine: puts the firewall in place, then has two probe containers try to get past it.
import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { GATEWAY_PORT } from "../../contracts/containers/agent-container.ts";
import {
  PROBE_ANSWERS,
  PROBED_PLACES,
  type Isolation,
  type IsolationReason,
  type ProbedPlace,
  type ProbeFinding,
} from "../../contracts/installation/agent-isolation.ts";
import type { AgentNetwork } from "../../contracts/containers/container-runtime.ts";
import { judgeProbes } from "../../domain/installation/agent-isolation.ts";
import { ensureAgentFirewall, removeAgentFirewall } from "./agent-firewall.ts";
import { bridgeInterfaceName } from "./docker-runtime-network.ts";
import { endOf, removeLeftBehind, removeShortLived, startShortLived, type ShortLived } from "./docker-short-lived.ts";
import { judgeAddress } from "../outbound/outbound-address.ts";

export interface AgentIsolationOptions extends ShortLived {
  readonly internalPort: number;
  readonly demoModelPort: number | null;
  readonly openedNetworks: readonly string[] | "all";
  /** `host:port` that agents should reach, where the administrator named one. */
  readonly outsideProbe: string | null;
}

export interface AgentIsolation {
  /**
   * Puts the rules in place and probes them; takes one to two seconds.
   * @throws FleetError ENGINE_UNAVAILABLE
   */
  establish(network: AgentNetwork): Promise<Pick<Isolation, "state" | "reason" | "findings">>;
  /** Takes the rules away. Null when nothing is left. @throws FleetError ENGINE_UNAVAILABLE */
  giveUp(): Promise<IsolationReason | null>;
}

const METADATA_ADDRESS = "169.254.169.254";
const HTTP_PORT = 80;
/** A host may have an address for each of many networks. */
const HOST_ADDRESSES_MAX = 16;
const CONNECT_TIMEOUT_MS = 3_000;
const AGENT_PATIENCE_MS = 20_000;
const AGENT_EVERY_MS = 50;

interface Target {
  readonly place: ProbedPlace;
  readonly host: string;
  readonly port: number;
}

/** The engine's client would take a log that is nothing but JSON apart. */
const FINDINGS_MARK = "found ";

/** The neighbour listens where a gateway would, on all addresses. */
const NEIGHBOUR = `require("node:net").createServer(s=>s.on("error",()=>{}).destroy()).listen(${GATEWAY_PORT},"0.0.0.0")`;

/** Tries the first targets at once, and further ones only when the firewall held: a hole is not used to call the metadata service. */
const ATTACKER = `
const { connect } = require("node:net");
const attempt = ({ place, host, port }) => new Promise((resolve) => {
  const socket = connect({ host, port, timeout: ${CONNECT_TIMEOUT_MS} });
  const end = (answer) => { socket.destroy(); resolve({ place, target: host + " port " + port, answer }); };
  socket.once("connect", () => end("open"));
  socket.once("timeout", () => end("closed"));
  socket.once("error", ({ code }) => end(code === "ECONNREFUSED" || code === "ECONNRESET" ? "refused" : "closed"));
});
const [first, later] = JSON.parse(process.env.TARGETS);
const findings = async () => {
  const found = await Promise.all(first.map(attempt));
  if (found.some(({ place, answer }) => place !== "internal" && answer !== "closed")) return found;
  return [...found, ...(await Promise.all(later.map(attempt)))];
};
findings().then((found) => console.log("${FINDINGS_MARK}" + JSON.stringify(found)));`;

export function createAgentIsolation(options: AgentIsolationOptions): AgentIsolation {
  const bridge = bridgeInterfaceName(options.installation);
  return {
    async establish(network) {
      await removeLeftBehind(options, Date.now());
      const { internalPort, demoModelPort, openedNetworks } = options;
      const { subnet, gatewayAddress } = network;
      const reason = await ensureAgentFirewall(options, {
        ...{ bridge, subnet, gatewayAddress, internalPort, demoModelPort, openedNetworks },
      });
      if (reason !== null) return { state: "broken", reason, findings: [] };
      return await probe(options, network);
    },
    giveUp: () => removeAgentFirewall(options, bridge),
  };
}

async function probe(options: AgentIsolationOptions, network: AgentNetwork): ReturnType<AgentIsolation["establish"]> {
  const listener = await listenOnHost();
  const neighbour = await startShortLived(options, "probed", profile(network, ["node", "-e", NEIGHBOUR], []));
  try {
    const address = await addressOf(neighbour, network);
    const targets = JSON.stringify(targetsOf(options, { network, neighbour: address, listener }));
    const attacker = await startShortLived(
      options,
      "probing",
      profile(network, ["node", "-e", ATTACKER], [`TARGETS=${targets}`]),
    );
    try {
      const [isReached, ended] = await Promise.all([isReachedByHost(address), endOf(attacker)]);
      const findings = readFindings(ended.output);
      if (!isReached) return { state: "broken", reason: "agents_not_reached", findings };
      return { ...judgeProbes(findings), findings };
    } finally {
      await removeShortLived(attacker);
    }
  } finally {
    listener.server.close();
    await removeShortLived(neighbour);
  }
}

/** As little as an agent has. */
function profile(
  network: AgentNetwork,
  command: readonly string[],
  variables: readonly string[],
): Docker.ContainerCreateOptions {
  return {
    User: "1000:1000",
    Entrypoint: [...command],
    Cmd: [],
    Env: [...variables],
    Hostname: "probe",
    HostConfig: { NetworkMode: network.name, SecurityOpt: ["no-new-privileges"] },
  };
}

interface HostListener {
  readonly server: Server;
  readonly port: number;
}

/** On all addresses of this host, so that a connection that comes through is really one. */
async function listenOnHost(): Promise<HostListener> {
  const server = createServer((socket) => socket.on("error", () => undefined).destroy());
  server.listen(0, "::");
  await once(server, "listening").catch(async () => {
    server.listen(0, "0.0.0.0");
    await once(server, "listening");
  });
  const bound = server.address();
  return { server, port: typeof bound === "object" && bound !== null ? bound.port : 0 };
}

interface Places {
  readonly network: AgentNetwork;
  readonly neighbour: string;
  readonly listener: HostListener;
}

function targetsOf(options: AgentIsolationOptions, { network, neighbour, listener }: Places): readonly [Target[], Target[]] {
  const { port } = listener;
  const own = hostAddresses(network.gatewayAddress).filter((address) => !isOpened(address, options.openedNetworks));
  const first: Target[] = [
    { place: "agent", host: neighbour, port: GATEWAY_PORT },
    ...own.map((host) => ({ place: "host", host, port }) as const),
    ...ipv6Addresses().map((host) => ({ place: "ipv6", host, port }) as const),
    { place: "internal", host: network.gatewayAddress, port: options.internalPort },
  ];
  const later: Target[] = [{ place: "metadata", host: METADATA_ADDRESS, port: HTTP_PORT }];
  const outside = outsideTarget(options.outsideProbe);
  return [first, outside === null ? later : [...later, outside]];
}

function outsideTarget(text: string | null): Target | null {
  if (text === null) return null;
  const { hostname, port } = new URL(`tcp://${text}`);
  return { place: "outside", host: hostname, port: Number(port) };
}

function hostAddresses(gatewayAddress: string): string[] {
  const found = addressesOf("IPv4");
  return [...new Set([gatewayAddress, ...found])].slice(0, HOST_ADDRESSES_MAX);
}

function ipv6Addresses(): string[] {
  return addressesOf("IPv6")
    .filter((address) => ipaddr.parse(address).range() !== "linkLocal")
    .slice(0, HOST_ADDRESSES_MAX);
}

function addressesOf(family: "IPv4" | "IPv6"): string[] {
  return Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).flatMap((one) => (one.family === family && !one.internal ? [one.address] : [])),
  );
}

function isOpened(address: string, networks: readonly string[] | "all"): boolean {
  const range = ipaddr.parse(address).range();
  const rule = networks === "all" ? { allowPrivate: true } : { allowedCidrs: networks };
  return range === "private" && judgeAddress(address, rule) === "allowed";
}

async function addressOf(container: Docker.Container, network: AgentNetwork): Promise<string> {
  const { NetworkSettings } = await container.inspect();
  return NetworkSettings.Networks[network.name]?.IPAddress ?? "";
}

/** Chats and health checks come from here. */
async function isReachedByHost(address: string): Promise<boolean> {
  const endsAt = Date.now() + AGENT_PATIENCE_MS;
  while (Date.now() < endsAt) {
    if (await connects(address)) return true;
    await delay(AGENT_EVERY_MS);
  }
  return false;
}

function connects(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: GATEWAY_PORT, timeout: CONNECT_TIMEOUT_MS });
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

const findingsSchema = z.array(
  z.object({
    place: z.enum(PROBED_PLACES),
    target: z.string(),
    answer: z.enum(PROBE_ANSWERS),
  }),
);

/** Empty when the probe did not come to its end: nothing is proven then. */
function readFindings(output: string): ProbeFinding[] {
  try {
    return findingsSchema.parse(JSON.parse(output.slice(FINDINGS_MARK.length)));
  } catch {
    return [];
  }
}
