// Tests of the reader of server-sent events.
import { createLineSplitter, createSseParser, SSE_EVENT_MAX_CHARS, type SseEvent } from "../../contracts/core/event-stream.ts";
import { readSseEvents } from "./sse-reader.ts";

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(text: string, chunkSize: number): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const some of readSseEvents(chunksOf(new TextEncoder().encode(text), chunkSize))) events.push(...some);
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

  test("takes CR and LF that arrive apart as one end", () => {
    const splitter = createLineSplitter(100);
    expect(["a\r", "\nb\r", "c\n", "\r", "", "\n", "\n"].map((piece) => splitter.push(piece))).toEqual([
      ["a"],
      ["b"],
      ["c"],
      [""],
      [],
      [],
      [""],
    ]);
  });

  test("refuses an event that would fill the memory", () => {
    const parser = createSseParser();
    parser.push("data: ");
    expect(() => parser.push("x".repeat(SSE_EVENT_MAX_CHARS))).toThrow(RangeError);
  });

  test("refuses an event of very many lines, also when they are all but empty", () => {
    const parser = createSseParser();
    const lines = "data\n".repeat(100_000);
    expect(() => Array.from({ length: 20 }, () => parser.push(lines))).toThrow(RangeError);
    expect(() => createSseParser().push(":\n".repeat(SSE_EVENT_MAX_CHARS / 2 + 1))).toThrow(RangeError);
  });

  // A reader that looks at what is there again with each piece would look at 500 billion characters.
  test("reads an event of 4 MiB in pieces of 16 bytes with work in proportion to its length", async () => {
    const content = "x".repeat(SSE_EVENT_MAX_CHARS - 100);
    const [event] = await readAll(`data: ${content}\n\n`, 16);
    expect(event?.data).toHaveLength(content.length);
  });
});
