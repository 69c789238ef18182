// A piece of network behind this host that no packet leaves: a listener at public, private and metadata addresses, in a
// namespace of its own, reached by routes of the host as the real ones would be.
import Docker from "dockerode";
import { waitFor } from "./wait-for.ts";

const docker = new Docker();
const PORT = 8_080;
const LINK = { host: "10.254.77.1", world: "10.254.77.2" } as const;
const PATIENCE_MS = 60_000;
/** To use the host's own programs, and to enter the listener's namespace. */
const CAPABILITIES = ["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE", "SYS_CHROOT"] as const;

/** Says of each connection at which of its addresses it came. */
const LISTENER = `
const server = require("node:net").createServer((socket) => {
  socket.on("error", () => undefined);
  console.log("seen " + socket.localAddress);
  socket.end("bytes");
});
server.listen(${PORT}, "0.0.0.0", () => console.log("listening"));`;

export interface OutsideWorld {
  readonly port: number;
  /** The addresses at which connections came, in their order. */
  seen(): Promise<string[]>;
  end(): Promise<void>;
}

/** `image` has node and chroot. */
export async function createOutsideWorld(image: string, addresses: readonly string[]): Promise<OutsideWorld> {
  const listener = await docker.createContainer({
    Image: image,
    Entrypoint: ["node", "-e", LISTENER],
    Cmd: [],
    Tty: true,
    HostConfig: { NetworkMode: "none" },
  });
  try {
    await listener.start();
    await waitFor(async () => (await logOf(listener)).includes("listening"), {
      timeoutMs: PATIENCE_MS,
      what: "the world listens",
    });
    await connectToHost(image, (await listener.inspect()).State.Pid, addresses);
  } catch (error) {
    await listener.remove({ force: true });
    throw error;
  }
  return {
    port: PORT,
    seen: async () => (await logOf(listener)).flatMap((line) => /^seen (\S+)/.exec(line)?.[1] ?? []),
    // The link and its routes go with the namespace.
    end: () => listener.remove({ force: true }),
  };
}

async function logOf(container: Docker.Container): Promise<string[]> {
  return String(await container.logs({ follow: false, stdout: true, stderr: true })).split(/\r?\n/);
}

/** A link between the host and the listener's namespace, and routes to its addresses. */
async function connectToHost(image: string, pid: number, addresses: readonly string[]): Promise<void> {
  const veth = `mzw${pid}`;
  const inside = [
    "ip link set lo up",
    `ip address add ${LINK.world}/30 dev ${veth}w`,
    `ip link set ${veth}w up`,
    `ip route add default via ${LINK.host}`,
    ...addresses.map((address) => `ip address add ${address}/32 dev lo`),
  ];
  await asRootOfHost(image, [
    `ip link add ${veth}h type veth peer name ${veth}w netns ${pid}`,
    `ip address add ${LINK.host}/30 dev ${veth}h`,
    `ip link set ${veth}h up`,
    ...inside.map((command) => `nsenter -t ${pid} -n ${command}`),
    ...addresses.map((address) => `ip route replace ${address}/32 via ${LINK.world} dev ${veth}h`),
  ]);
}

async function asRootOfHost(image: string, commands: readonly string[]): Promise<void> {
  const script = ["set -e", "PATH=$PATH:/usr/sbin:/sbin", ...commands].join("\n");
  const container = await docker.createContainer({
    Image: image,
    User: "0:0",
    Entrypoint: ["chroot", "/host", "/bin/sh", "-c", script],
    Cmd: [],
    Tty: true,
    HostConfig: {
      CapAdd: [...CAPABILITIES],
      PidMode: "host",
      Binds: ["/:/host"],
      NetworkMode: "host",
      SecurityOpt: ["apparmor=unconfined"],
    },
  });
  try {
    await container.start();
    const { StatusCode } = await container.wait();
    const printed = String(await container.logs({ follow: false, stdout: true, stderr: true }));
    if (StatusCode !== 0) throw new Error(`The outside world could not be made: ${printed}`);
  } finally {
    await container.remove({ force: true });
  }
}
