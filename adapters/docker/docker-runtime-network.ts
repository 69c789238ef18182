// The agents' bridge: one per installation, where containers reach neither each other nor anything by IPv6.
import type Docker from "dockerode";
import type { NetworkInspectInfo } from "dockerode";
import { ENGINE_LABELS } from "../../contracts/containers/agent-container.ts";
import type { AgentNetwork } from "../../contracts/containers/container-runtime.ts";
import { plainReason } from "../../contracts/containers/container-reasons.ts";
import { reasonError } from "../../contracts/containers/reason-words.ts";
import {
  engineCall,
  engineCallUnless,
  engineStatus,
  HTTP_FORBIDDEN,
  HTTP_NOT_FOUND,
  QUICK_CALL_TIMEOUT_MS,
  SLOW_CALL_TIMEOUT_MS,
} from "./docker-runtime-calls.ts";
import { chooseSubnet, gatewayOf, hostRoutes } from "./docker-runtime-subnet.ts";

const REFUSALS_MAX = 10;
const DRIVER_OPTION = {
  // The engine accepts misspelt options in silence: a test looks from one container to another.
  interContainerTraffic: "com.docker.network.bridge.enable_icc",
  interfaceName: "com.docker.network.bridge.name",
} as const;

export function agentNetworkName(installation: string): string {
  return `mosaic-agents-${installation.slice(0, 8)}`;
}

/** 15 characters, the longest name the kernel takes; firewall rules go by it. */
export function bridgeInterfaceName(installation: string): string {
  return `mosaic-${installation.slice(0, 8)}`;
}

/**
 * Finds the bridge or makes it; idempotent within one process.
 * @throws FleetError NAME_TAKEN_IN_ENGINE when a network of that name is not ours, or does not isolate.
 */
export async function ensureAgentNetwork(
  docker: Docker,
  installation: string,
  preferredSubnet: string | null,
): Promise<AgentNetwork> {
  const name = agentNetworkName(installation);
  const found = await inspectNetwork(docker, name);
  if (found !== null) return describe(found, installation);
  await makeWithFreeSubnet(docker, { installation, preferredSubnet });
  const made = await inspectNetwork(docker, name);
  if (made === null) throw reasonError("ENGINE_UNAVAILABLE", plainReason("network_vanished"));
  return describe(made, installation);
}

/** A network that someone else makes meanwhile is in no list yet, but the engine refuses another one in its subnet. */
async function makeWithFreeSubnet(
  docker: Docker,
  { installation, preferredSubnet }: { readonly installation: string; readonly preferredSubnet: string | null },
): Promise<void> {
  const refused: string[] = [];
  for (;;) {
    const taken = [...(await engineSubnets(docker)), ...(await hostRoutes()), ...refused];
    const subnet = chooseSubnet(taken, preferredSubnet);
    try {
      await makeNetwork(docker, { installation, subnet });
      return;
    } catch (error) {
      if (engineStatus(error) !== HTTP_FORBIDDEN || refused.length === REFUSALS_MAX) throw error;
      refused.push(subnet);
    }
  }
}

async function makeNetwork(
  docker: Docker,
  { installation, subnet }: { readonly installation: string; readonly subnet: string },
): Promise<void> {
  await engineCall(SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
    docker.createNetwork({
      abortSignal,
      Name: agentNetworkName(installation),
      CheckDuplicate: true,
      Driver: "bridge",
      EnableIPv6: false,
      Internal: false,
      Attachable: false,
      IPAM: { Driver: "default", Config: [{ Subnet: subnet, Gateway: gatewayOf(subnet) }] },
      Options: {
        [DRIVER_OPTION.interContainerTraffic]: "false",
        [DRIVER_OPTION.interfaceName]: bridgeInterfaceName(installation),
      },
      Labels: { [ENGINE_LABELS.installation]: installation },
    }),
  );
}

async function inspectNetwork(docker: Docker, name: string): Promise<NetworkInspectInfo | null> {
  return engineCallUnless([HTTP_NOT_FOUND], QUICK_CALL_TIMEOUT_MS, () => docker.getNetwork(name).inspect());
}

async function engineSubnets(docker: Docker): Promise<string[]> {
  const networks = await engineCall(QUICK_CALL_TIMEOUT_MS, (abortSignal) => docker.listNetworks({ abortSignal }));
  return networks.flatMap((network) =>
    (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet])),
  );
}

function describe(network: NetworkInspectInfo, installation: string): AgentNetwork {
  const [config] = network.IPAM?.Config ?? [];
  const ours = network.Labels?.[ENGINE_LABELS.installation] === installation;
  const isolates = network.Options?.[DRIVER_OPTION.interContainerTraffic] === "false" && !network.EnableIPv6;
  if (!ours || !isolates || config?.Subnet === undefined) {
    throw reasonError("NAME_TAKEN_IN_ENGINE", { code: "network_taken", values: { name: network.Name } });
  }
  return {
    networkId: network.Id,
    name: network.Name,
    subnet: config.Subnet,
    gatewayAddress: config.Gateway ?? gatewayOf(config.Subnet),
  };
}
