// Server-sent events, also when they arrive in pieces.
import { readEvents, type ServerEvent } from "./event-stream.ts";

async function eventsOf(...chunks: string[]): Promise<ServerEvent[]> {
  const bytes = chunks.map((chunk) => Buffer.from(chunk, "latin1"));
  const events: ServerEvent[] = [];
  for await (const event of readEvents(ReadableStream.from<Uint8Array>(bytes))) events.push(event);
  return events;
}

test("an event may be cut anywhere, also inside a character", async () => {
  const bytes = Buffer.from('event: progress\ndata: {"ü":1}\n\n').toString("latin1");
  for (let cut = 1; cut < bytes.length; cut += 1) {
    expect(await eventsOf(bytes.slice(0, cut), bytes.slice(cut))).toEqual([{ event: "progress", data: '{"ü":1}' }]);
  }
});

test("lines of data belong together, comments are dropped, and the name does not stick", async () => {
  expect(await eventsOf(": hello\nevent: a\ndata: 1\ndata:2\n\ndata: 3\r\n\r\n")).toEqual([
    { event: "a", data: "1\n2" },
    { event: "message", data: "3" },
  ]);
});

test("half an event at the end is not one", async () => {
  expect(await eventsOf("data: 1\n\ndata: 2")).toEqual([{ event: "message", data: "1" }]);
});
