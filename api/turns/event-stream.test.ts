// Tests of the writer of server-sent events, over real sockets.
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { waitFor } from "../../tests/support/core/wait-for.ts";
import { createEventStream } from "./event-stream.ts";

let server: Server;
let client: Socket;
let received: string;
let response: ServerResponse;

beforeEach(async () => {
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  client = connect(port, "127.0.0.1");
  received = "";
  client.on("data", (chunk: Buffer) => (received += chunk.toString()));
  client.on("error", () => undefined);
  client.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  response = await new Promise<ServerResponse>((resolve) => server.once("request", (_request, answer) => resolve(answer)));
});
afterEach(async () => {
  client.destroy();
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
});

const receives = (text: string) =>
  waitFor(() => received.includes(text), { timeoutMs: 60_000, everyMs: 5, what: `the client receives ${text}` });

describe("an answer of server-sent events", () => {
  test("opens with headers that keep proxies from buffering, and writes events", async () => {
    const events = createEventStream(response);
    expect(events.opened).toBe(false);
    await events.send("progress", { phase: "booting" });
    await events.send(null, { content: "hi" });
    events.end();
    await receives('data: {"content":"hi"}\n\n');
    expect(received).toMatch(/content-type: text\/event-stream/i);
    expect(received).toMatch(/cache-control: no-cache/i);
    expect(received).toMatch(/x-accel-buffering: no/i);
    expect(received).toContain('event: progress\ndata: {"phase":"booting"}\n\n');
  });

  test("opens by itself in a moment, and sends comments while it is silent", async () => {
    const events = createEventStream(response, { openAfterMs: 5, keepAliveMs: 10 });
    events.openSoon();
    await receives(": keep-alive\n\n");
    expect(events.opened).toBe(true);
    events.end();
  });

  test("stays closed for a failure that is answered in another way", async () => {
    const events = createEventStream(response, { openAfterMs: 5 });
    events.openSoon();
    events.stayClosed();
    response.writeHead(503).end();
    await receives("503");
    expect(events.opened).toBe(false);
  });

  test("writes a comment as one line", async () => {
    const events = createEventStream(response);
    await events.comment("one\r\ndata: two");
    events.end();
    await receives("two\n\n");
    expect(received).toContain(": one data: two\n\n");
  });

  test("waits until a slow client has taken what was written", async () => {
    client.pause();
    const events = createEventStream(response);
    const piece = "x".repeat(1024 * 1024);
    let written = 0;
    const writing = (async () => {
      for (; written < 64; written += 1) await events.send(null, piece);
    })();
    await waitFor(() => response.writableNeedDrain, { timeoutMs: 60_000, what: "the socket is full" });
    expect(written).toBeLessThan(60);
    client.resume();
    await writing;
    expect(written).toBe(64);
  });

  test("cuts off a client that has stalled, and keeps nothing for one that has left", async () => {
    client.pause();
    const events = createEventStream(response, { stallMs: 50 });
    const piece = "x".repeat(1024 * 1024);
    for (let count = 0; count < 64; count += 1) await events.send(null, piece);
    expect(response.destroyed).toBe(true);
    expect(response.writableLength).toBeLessThan(8 * piece.length);
    events.end();
  });
});
