// What end-to-end tests ask the engine, from outside the product.
import Docker from "dockerode";
import { removeAgentFirewall } from "../../../adapters/docker/agent-firewall.ts";
import { bridgeInterfaceName } from "../../../adapters/docker/docker-runtime-network.ts";
import { engineStatus, HTTP_CONFLICT, HTTP_NOT_FOUND } from "../../../adapters/docker/docker-runtime-calls.ts";
import { ENGINE_LABELS, GATEWAY_TLS_PATHS } from "../../../contracts/containers/agent-container.ts";
import { agentImageName } from "../../../cli/up/agent-image.ts";
import { waitFor } from "../core/wait-for.ts";

const docker = new Docker();
const REMOVAL_TIMEOUT_MS = 60_000;

export interface InstallationInEngine {
  readonly installation: string;
  readonly networkName: string;
  readonly gatewayAddress: string;
}

/** The networks of installations that exist now, by installation id. */
export async function installationsInEngine(): Promise<Map<string, InstallationInEngine>> {
  const networks = await docker.listNetworks({ filters: { label: [ENGINE_LABELS.installation] } });
  const found = new Map<string, InstallationInEngine>();
  for (const network of networks) {
    const installation = network.Labels?.[ENGINE_LABELS.installation];
    const gatewayAddress = network.IPAM?.Config?.[0]?.Gateway;
    if (installation && gatewayAddress) found.set(installation, { installation, networkName: network.Name, gatewayAddress });
  }
  return found;
}

/** Those that bear all of the labels. */
export async function containersOf(...label: string[]): Promise<Docker.ContainerInfo[]> {
  return await docker.listContainers({ all: true, filters: { label } });
}

export async function volumesOf(label: string): Promise<string[]> {
  const { Volumes } = await docker.listVolumes({ filters: JSON.stringify({ label: [label] }) });
  return (Volumes ?? []).map((volume) => volume.Name);
}

export async function killContainer(id: string): Promise<void> {
  await docker.getContainer(id).kill();
}

export async function forceRemoveContainer(id: string): Promise<void> {
  await docker.getContainer(id).remove({ force: true });
}

export async function inspectText(id: string): Promise<string> {
  return JSON.stringify(await docker.getContainer(id).inspect());
}

/** What it printed so far, as the engine keeps it; null when it is gone. */
export async function logOf(id: string): Promise<string | null> {
  const log = docker.getContainer(id).logs({ stdout: true, stderr: true, follow: false });
  return await log.then(String, (error: unknown) => {
    if (engineStatus(error) === HTTP_NOT_FOUND || engineStatus(error) === HTTP_CONFLICT) return null;
    throw error;
  });
}

export async function addressOf(id: string): Promise<string> {
  const facts = await docker.getContainer(id).inspect();
  const address = Object.values(facts.NetworkSettings.Networks)[0]?.IPAddress;
  if (!address) throw new Error(`Container ${id} has no address`);
  return address;
}

/** Tries a TCP connection from inside a container; `open`, or the error code that came back. */
export async function connectFromInside(id: string, host: string, port: number): Promise<string> {
  const script = `const s=require("node:net").connect({host:${JSON.stringify(host)},port:${port},timeout:10000});
s.on("connect",()=>{console.log("open");s.destroy()});s.on("timeout",()=>{console.log("timeout");s.destroy()});
s.on("error",e=>console.log(e.code))`;
  return (await runInside(id, ["node", "-e", script])).trim();
}

/** Runs a command inside a container and gives what it printed. */
export async function runInside(id: string, command: string[]): Promise<string> {
  const exec = await docker.getContainer(id).exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  let printed = "";
  for await (const chunk of stream) printed += String(chunk);
  return printed;
}

/** The token of the gateway in this container: only its own process knows it. */
export async function gatewayTokenInside(id: string): Promise<string> {
  const script = `const fs=require("node:fs");for(const pid of fs.readdirSync("/proc").filter(n=>/^\\d+$/.test(n))){try{
const m=fs.readFileSync("/proc/"+pid+"/environ","latin1").match(/OPENCLAW_GATEWAY_TOKEN=([^\\0]+)/);if(m){process.stdout.write(m[1]);break}}catch{}}`;
  return (await runInside(id, ["node", "-e", script])).trim();
}

/** PEM, as the entrypoint wrote it. */
export async function gatewayCertificateInside(id: string): Promise<string> {
  return (await runInside(id, ["cat", GATEWAY_TLS_PATHS.certificate])).replaceAll("\r", "");
}

/** Every engine call that the daemon tells about between two moments (epoch seconds), for containers with this label. */
export async function engineEventsBetween(sinceSeconds: number, untilSeconds: number, label: string): Promise<string[]> {
  const stream = await docker.getEvents({
    since: sinceSeconds,
    until: untilSeconds,
    filters: JSON.stringify({ label: [label] }),
  });
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** Takes the firewall of an installation with the agent image away. */
export async function removeFirewall(installation: string): Promise<void> {
  const image = await agentImageName();
  const reason = await removeAgentFirewall({ docker, installation, image }, bridgeInterfaceName(installation));
  if (reason !== null) throw new Error(`The firewall of ${installation} cannot be removed: ${reason}`);
}

/** Removes all that one installation keeps in the engine on purpose; what the engine is busy with yet, a moment later. */
export async function removeInstallation(installation: string): Promise<void> {
  const label = `${ENGINE_LABELS.installation}=${installation}`;
  const removeAll = async (): Promise<true> => {
    for (const { Id } of await containersOf(label)) await docker.getContainer(Id).remove({ force: true, v: false });
    for (const volume of await volumesOf(label)) await docker.getVolume(volume).remove({ force: true });
    for (const { Id } of await docker.listNetworks({ filters: { label: [label] } })) await docker.getNetwork(Id).remove();
    return true;
  };
  await waitFor(removeAll, { timeoutMs: REMOVAL_TIMEOUT_MS, everyMs: 500, what: `${installation} is out of the engine` });
}
