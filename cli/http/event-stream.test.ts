// Server-sent events, also when they arrive in pieces.
import { SSE_EVENT_MAX_CHARS, type SseEvent } from "../../contracts/core/event-stream.ts";
import { readEvents } from "./event-stream.ts";

async function eventsOf(...chunks: string[]): Promise<SseEvent[]> {
  const bytes = chunks.map((chunk) => Buffer.from(chunk, "latin1"));
  const events: SseEvent[] = [];
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

test("an event of 2 MiB in pieces of 16 bytes is read once, not once for each piece", async () => {
  const text = "x".repeat(2 * 1024 * 1024);
  const bytes = Buffer.from(`data: ${text}\n\n`);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 16) yield bytes.subarray(at, at + 16);
  }
  const events: SseEvent[] = [];
  for await (const event of readEvents(ReadableStream.from(pieces()))) events.push(event);
  expect(events).toEqual([{ event: "message", data: text }]);
});

test("an answer that is one endless line is given up", async () => {
  const piece = Buffer.alloc(64 * 1024, "x");
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      sent += piece.length;
      yield piece;
    }
  }
  const reading = (async () => {
    for await (const _event of readEvents(ReadableStream.from(endless()))) break;
  })();
  await expect(reading).rejects.toThrow(RangeError);
  expect(sent).toBeLessThan(2 * SSE_EVENT_MAX_CHARS);
});
