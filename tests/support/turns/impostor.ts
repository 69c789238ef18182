// What may come to stand at an agent's address after a crash, and keeps whatever it is sent.
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer as createNetServer, type Server, type Socket } from "node:net";
import { newGatewayTls } from "./gateway-tls.ts";

/** `plain` speaks HTTP; `tls` shows a certificate of its own; `rude` hangs up as soon as it has heard something. */
export const IMPOSTORS = ["plain", "tls", "rude"] as const;
export type ImpostorKind = (typeof IMPOSTORS)[number];

export interface Impostor {
  readonly host: string;
  readonly port: number;
  /** Everything it was sent, decrypted where it could. */
  heard(): string;
  readonly connections: number;
  close(): Promise<void>;
}

export async function startImpostor(kind: ImpostorKind, at: { host?: string; port?: number } = {}): Promise<Impostor> {
  const { host = "127.0.0.1", port = 0 } = at;
  let heard = "";
  let connections = 0;
  const sockets = new Set<Socket>();
  const listen = (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
  };
  const server = makeServer(kind, (request, response) => {
    heard += `${request.url} ${JSON.stringify(request.headers)}`;
    request.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
    // It would be believed if it were asked.
    request.on("end", () => response.writeHead(200, { "content-type": "text/event-stream" }).end("data: [DONE]\n\n"));
  });
  server.on("connection", (socket: Socket) => {
    listen(socket);
    if (kind === "rude") socket.once("data", () => socket.destroy());
  });
  server.listen(port, host);
  await once(server, "listening");
  const bound = server.address();
  return {
    host,
    port: typeof bound === "object" && bound !== null ? bound.port : 0,
    heard: () => heard,
    get connections() {
      return connections;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function makeServer(kind: ImpostorKind, answer: (request: IncomingMessage, response: ServerResponse) => void): Server {
  if (kind === "rude") return createNetServer();
  if (kind === "plain") return createHttpServer(answer);
  const { certificate, key } = newGatewayTls();
  return createHttpsServer({ cert: certificate, key }, answer);
}
