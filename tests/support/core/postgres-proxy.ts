// Stands between the api and Postgres and notes every round trip, as the wire shows it.
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface PostgresProxy {
  /** The given address with the proxy's port. */
  readonly url: string;
  /**
   * One entry per round trip since the last `reset`: the statement's text. Without those of the connection that listens,
   * which asks now and then whether it is still there.
   */
  readonly roundTrips: readonly string[];
  reset(): void;
  close(): Promise<void>;
}

/** The messages of PostgreSQL's protocol 3.0 that matter here: Query, Parse, Bind and Sync. */
const QUERY = "Q";
const PARSE = "P";
const BIND = "B";
const SYNC = "S";
const HEADER_BYTES = 5;

export async function startPostgresProxy(targetUrl: string): Promise<PostgresProxy> {
  const target = new URL(targetUrl);
  const roundTrips: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const note = createMessageReader((text) => roundTrips.push(text));
    client.on("data", note);
    client.pipe(upstream);
    upstream.pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.once("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = new URL(targetUrl);
  url.hostname = "127.0.0.1";
  url.port = String(typeof address === "object" && address !== null ? address.port : 0);
  return {
    url: url.href,
    roundTrips,
    reset: () => void (roundTrips.length = 0),
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function createMessageReader(onRoundTrip: (statement: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let started = false;
  let listens = false;
  /** By name; the text of a statement that is already prepared is not sent again. */
  const prepared = new Map<string, string>();
  let statement = "";
  const note = (text: string): void => {
    listens ||= text.startsWith("LISTEN ");
    if (!listens) onRoundTrip(text);
  };
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    // The first message alone has no type byte.
    if (!started && rest.length >= 4 && rest.length >= rest.readInt32BE(0)) {
      rest = rest.subarray(rest.readInt32BE(0));
      started = true;
    }
    while (started && rest.length >= HEADER_BYTES && rest.length >= 1 + rest.readInt32BE(1)) {
      const end = 1 + rest.readInt32BE(1);
      const type = String.fromCharCode(rest[0] ?? 0);
      const texts = rest.subarray(HEADER_BYTES, end).toString("utf8").split("\0");
      if (type === PARSE) prepared.set(texts[0] ?? "", texts[1] ?? "");
      if (type === BIND) statement = prepared.get(texts[1] ?? "") ?? "";
      if (type === QUERY) note(texts[0] ?? "");
      if (type === SYNC) note(statement);
      rest = rest.subarray(end);
    }
  };
}
