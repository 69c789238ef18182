// Agents that try to reach what they must not, from inside, through the real engine and the host's real firewall. Every
// target has a listener that would see a connection.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import Docker from "dockerode";
import { createAgentIsolation, type AgentIsolationOptions } from "../../../adapters/docker/agent-isolation.ts";
import { createDockerRuntime } from "../../../adapters/docker/docker-runtime.ts";
import { containerNameOf, GATEWAY_PORT, volumeNameOf } from "../../../contracts/containers/agent-container.ts";
import type { AgentNetwork, RunningContainer } from "../../../contracts/containers/container-runtime.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { connectFromInside, removeInstallation, runInside } from "../../support/containers/engine.ts";
import { createOutsideWorld, type OutsideWorld } from "../../support/core/outside-world.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { makeTinyImage, type TinyImage } from "../../support/core/tiny-image.ts";

const docker = new Docker();
const [installation, neighbourInstallation] = [randomUUID(), randomUUID()];
const runtimeOf = (id: string) => createDockerRuntime({ installation: id, dockerHost: null, host: "local" });
const PUBLIC = "11.99.0.2";
const OPENED = "10.66.0.2";
const FORBIDDEN = ["10.66.0.3", "192.168.66.2", "172.31.254.2", "100.64.66.2", "169.254.169.254", "168.63.129.16"];
const SETUP_MS = 300_000;

let image: TinyImage;
let world: OutsideWorld;
let network: AgentNetwork;
let neighbourNetwork: AgentNetwork;
let internal: Server;
/** On all addresses, as a careless service of the host would be. */
let careless: Server;
let agent: RunningContainer;
let other: RunningContainer;
let dnsBefore: string;

const isolationWith = (changes: Partial<AgentIsolationOptions> = {}) =>
  createAgentIsolation({
    ...{ docker, installation, image: image.tag, internalPort: portOf(internal), demoModelPort: null },
    ...{ openedNetworks: [], outsideProbe: null },
    ...changes,
  });
const attempt = (host: string, port: number) => connectFromInside(agent.engineContainerId, host, port);

beforeAll(async () => {
  image = await makeTinyImage("agent-isolation", { withChroot: true });
  network = await runtimeOf(installation).ensureNetwork(null);
  neighbourNetwork = await runtimeOf(neighbourInstallation).ensureNetwork(null);
  world = await createOutsideWorld(image.tag, [PUBLIC, OPENED, ...FORBIDDEN]);
  internal = await listenOn(network.gatewayAddress);
  careless = await listenOn("0.0.0.0");
  [agent, other] = await Promise.all([startAgent(), startAgent()]);
}, SETUP_MS);

afterAll(async () => {
  internal?.close();
  careless?.close();
  if (internal !== undefined) await isolationWith().giveUp();
  await world?.end();
  await removeInstallation(installation);
  await removeInstallation(neighbourInstallation);
  await image?.remove();
}, SETUP_MS);

async function startAgent(): Promise<RunningContainer> {
  const tenant = humanTenant(randomUUID());
  return await runtimeOf(installation).start({
    ...{ tenant, name: containerNameOf(tenant, randomUUID()), volumeName: volumeNameOf(tenant), image: image.tag },
    ...{ generation: 1, startId: randomUUID(), env: {}, memoryBytes: 256 * 1024 ** 2, cpus: 0.5, pidsLimit: 64 },
  });
}

async function listenOn(host: string): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => undefined).end("bytes"));
  server.listen(0, host);
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

/** What the world saw, as soon as the last of it was at these addresses: its log may lag behind a connection. */
async function seenUntil(...last: readonly string[]): Promise<string[]> {
  const told = async () => {
    const seen = await world.seen();
    return seen.slice(-last.length).join() === last.join() ? seen : null;
  };
  return await waitFor(told, { timeoutMs: 60_000, what: `the world saw ${last.join(", ")}` });
}

/** Whether the resolver was asked: its answer is that there is no such name. */
async function askResolver(): Promise<string> {
  const ask =
    'require("node:dns").promises.resolve4("agent-isolation.invalid").then(()=>console.log("found"),e=>console.log(e.code))';
  return (await runInside(agent.engineContainerId, ["node", "-e", ask])).trim();
}

test(
  "without the firewall an agent reaches all of it, so that the tests below can fail",
  async () => {
    for (const address of [PUBLIC, OPENED, ...FORBIDDEN])
      expect([address, await attempt(address, world.port)]).toEqual([address, "open"]);
    expect(await seenUntil(FORBIDDEN.at(-1) ?? "")).toEqual([PUBLIC, OPENED, ...FORBIDDEN]);
    for (const address of [network.gatewayAddress, neighbourNetwork.gatewayAddress])
      expect(await attempt(address, portOf(careless))).toBe("open");
    dnsBefore = await askResolver();
  },
  SETUP_MS,
);

test(
  "with it, probes prove that it holds, and agents reach public addresses and the internal listener alone",
  async () => {
    const verdict = await isolationWith({ outsideProbe: `${PUBLIC}:${world.port}` }).establish(network);
    expect(verdict).toMatchObject({ state: "proven", reason: null });
    expect(verdict.findings).toContainEqual({ place: "outside", target: `${PUBLIC} port ${world.port}`, answer: "open" });

    for (const address of [OPENED, ...FORBIDDEN])
      expect([address, await attempt(address, world.port)]).not.toEqual([address, "open"]);
    for (const address of [network.gatewayAddress, neighbourNetwork.gatewayAddress])
      expect(await attempt(address, portOf(careless))).not.toBe("open");
    expect(await attempt(other.address ?? "", GATEWAY_PORT)).not.toBe("open");

    expect(await attempt(PUBLIC, world.port)).toBe("open");
    // Of this agent and of the probe: nothing else came through since.
    expect((await seenUntil(PUBLIC, PUBLIC)).slice(FORBIDDEN.length + 2)).toEqual([PUBLIC, PUBLIC]);
    expect(await attempt(network.gatewayAddress, portOf(internal))).toBe("open");
    expect(await askResolver()).toBe(dnsBefore);
  },
  SETUP_MS,
);

test("the host still reaches agents, for chats and health checks", async () => {
  const answer = await fetch(`http://${agent.address}:${GATEWAY_PORT}/readyz`, { signal: AbortSignal.timeout(60_000) });
  expect(answer.status).toBe(200);
}, 90_000);

test(
  "what the administrator's list opens is open in the container too, and nothing beside it",
  async () => {
    const verdict = await isolationWith({ openedNetworks: [`${OPENED}/32`] }).establish(network);
    expect(verdict).toMatchObject({ state: "proven" });
    expect(await attempt(OPENED, world.port)).toBe("open");
    expect(await attempt("10.66.0.3", world.port)).not.toBe("open");
    await isolationWith({ openedNetworks: "all" }).establish(network);
    expect(await attempt("192.168.66.2", world.port)).toBe("open");
    expect(await attempt("169.254.169.254", world.port)).not.toBe("open");
    expect(await attempt(other.address ?? "", GATEWAY_PORT)).not.toBe("open");
  },
  SETUP_MS,
);

test(
  "an image that cannot apply it is told as such, and nothing is proven",
  async () => {
    const unfit = await makeTinyImage("agent-isolation-unfit");
    try {
      expect(await isolationWith({ image: unfit.tag }).establish(network)).toEqual({
        state: "broken",
        reason: "image_unfit",
        findings: [],
      });
    } finally {
      await unfit.remove();
    }
  },
  SETUP_MS,
);

test(
  "given up, the rules are gone, and agents reach what they reached before",
  async () => {
    expect(await isolationWith().giveUp()).toBeNull();
    expect(await attempt(OPENED, world.port)).toBe("open");
    expect(await isolationWith().giveUp()).toBeNull();
  },
  SETUP_MS,
);
