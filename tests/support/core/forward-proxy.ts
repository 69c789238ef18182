// A small real forward proxy: tunnels by CONNECT, passes plain requests on, counts both, and may ask for a password.
import { once } from "node:events";
import { createServer, request, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

export interface ForwardProxy {
  readonly url: string;
  readonly port: number;
  /** `host:port` of each tunnel, and the address of each plain request, in order. */
  readonly asked: string[];
  /** The same, for one client only. */
  askedFrom(address: string): readonly string[];
  close(): Promise<void>;
}

export interface ForwardProxyOptions {
  /** The address it listens on. */
  readonly host?: string;
  /** Where a destination is in truth: only the proxy knows these names. */
  readonly places: Readonly<Record<string, number>>;
  readonly login?: { readonly username: string; readonly password: string };
}

export async function startForwardProxy({ host = "127.0.0.1", places, login }: ForwardProxyOptions): Promise<ForwardProxy> {
  const asked: string[] = [];
  const byClient = new Map<string, string[]>();
  const note = ({ url = "", socket }: IncomingMessage): void => {
    asked.push(url);
    const from = socket.remoteAddress ?? "";
    byClient.set(from, [...(byClient.get(from) ?? []), url]);
  };
  const sockets = new Set<Socket>();
  const wanted = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  const isRefused = ({ headers }: IncomingMessage): boolean =>
    wanted !== undefined && headers["proxy-authorization"] !== wanted;
  const server = createServer((incoming, response) => {
    note(incoming);
    const url = URL.canParse(incoming.url ?? "") ? new URL(incoming.url ?? "") : null;
    const port = url === null ? undefined : places[url.hostname];
    if (isRefused(incoming)) return void response.writeHead(407).end();
    if (url === null || port === undefined) return void response.writeHead(502).end();
    const onward = request({ port, host: "127.0.0.1", path: url.pathname + url.search, method: incoming.method });
    onward.on("response", (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)));
    incoming.pipe(onward);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  });
  server.on("connect", (incoming: IncomingMessage, client: Socket) => {
    note(incoming);
    const port = places[(incoming.url ?? "").split(":")[0] ?? ""];
    if (isRefused(incoming)) return void client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    if (port === undefined) return void client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    const onward = connect(port, "127.0.0.1", () => client.write("HTTP/1.1 200 Connection established\r\n\r\n"));
    sockets.add(onward);
    onward.on("error", () => client.destroy()).once("close", () => client.destroy());
    client.once("close", () => onward.destroy());
    onward.pipe(client).pipe(onward);
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host}:${port}`,
    asked,
    askedFrom: (address) => byClient.get(address) ?? [],
    async close() {
      const end = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await end;
    },
  };
}
