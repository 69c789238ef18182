// The address of an agent's container: each in its turn, so that one just released rests as long as the network is large. A
// message that is still under way to it then finds nobody, not another agent.
import type Docker from "dockerode";
import { engineCallUnless, HTTP_NOT_FOUND, QUICK_CALL_TIMEOUT_MS } from "./docker-runtime-calls.ts";
import { nthAddress } from "./docker-runtime-subnet.ts";

/** Gives a higher number with each call, also after a restart of the process. */
export type NextAddressNumber = () => Promise<number>;

/** The next address that no container of the network has; null leaves the choice to the engine. */
export async function nextAddress(docker: Docker, networkName: string, next: NextAddressNumber): Promise<string | null> {
  const network = await engineCallUnless([HTTP_NOT_FOUND], QUICK_CALL_TIMEOUT_MS, () =>
    docker.getNetwork(networkName).inspect(),
  );
  const subnet = network?.IPAM?.Config?.[0]?.Subnet;
  if (network === null || subnet === undefined) return null;
  const containers = Object.values(network.Containers ?? {});
  const taken = new Set(containers.map(({ IPv4Address }) => IPv4Address.split("/")[0]));
  for (let tries = 0; tries <= containers.length; tries += 1) {
    const address = nthAddress(subnet, await next());
    if (!taken.has(address)) return address;
  }
  return null;
}
