// A TCP proxy in front of a server, through which a test can make the server unreachable, and reachable again.
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./stack.ts";

export interface CuttableProxy {
  readonly port: number;
  /** What is open breaks off, what is new is refused: a server that went down. */
  cut(): Promise<void>;
  /** What is open carries nothing any more, what is new is not answered: a network that swallows packets. */
  hold(): void;
  /** New connections go through again. Held ones stay silent, as behind a firewall that forgot them. */
  heal(): Promise<void>;
  /** Clients that are connected now. */
  connections(): number;
}

export async function startCuttableProxy(target: { host: string; port: number }): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  let holds = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  };
  const server = createServer((client) => {
    keep(client);
    clients.add(client);
    client.once("close", () => clients.delete(client));
    // Read and dropped, so that a client that goes away is noticed.
    if (holds) return void client.resume();
    const upstream = connect(target.port, target.host);
    keep(upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.once("close", () => to.destroy());
      from.pipe(to);
    }
  });
  const port = await freePort();
  await listen(server, port);
  return {
    port,
    async cut() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    hold() {
      holds = true;
      for (const socket of sockets) socket.unpipe().resume();
    },
    async heal() {
      holds = false;
      if (!server.listening) await listen(server, port);
    },
    connections: () => clients.size,
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}
