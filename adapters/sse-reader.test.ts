// Tests of the reader of server-sent events.
import { createSseParser, readSseEvents, SSE_EVENT_MAX_CHARS, type SseEvent } from "./sse-reader.ts";

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(text: string, chunkSize: number): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of readSseEvents(chunksOf(new TextEncoder().encode(text), chunkSize))) events.push(event);
  return events;
}

describe("reading server-sent events", () => {
  test.each([1, 2, 3, 7, 1000])("gives the same events whatever the chunks: %i bytes each", async (size) => {
    const text = 'data: {"a":"grüß"}\r\n\r\n: comment\n\nevent: progress\ndata: one\ndata: two\n\ndata: [DONE]\n\n';
    expect(await readAll(text, size)).toEqual([
      { event: "message", data: '{"a":"grüß"}' },
      { event: "progress", data: "one\ntwo" },
      { event: "message", data: "[DONE]" },
    ]);
  });

  test("drops an event that the stream left unfinished", async () => {
    expect(await readAll("data: whole\n\ndata: half", 5)).toEqual([{ event: "message", data: "whole" }]);
  });

  test("takes a lone carriage return as the end of a line", () => {
    expect(createSseParser().push("data: a\r\rdata: b\n\n")).toEqual([
      { event: "message", data: "a" },
      { event: "message", data: "b" },
    ]);
  });

  test("refuses an event that would fill the memory", () => {
    const parser = createSseParser();
    parser.push("data: ");
    expect(() => parser.push("x".repeat(SSE_EVENT_MAX_CHARS))).toThrow(RangeError);
  });
});
