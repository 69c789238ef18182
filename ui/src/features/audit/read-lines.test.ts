/** @jest-environment node */
// Lines of a long text, counted while it comes.
import { readLines } from "./read-lines.ts";

const encoder = new TextEncoder();

function streamOf(...pieces: readonly string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
}

test("counts lines across the pieces they come in, and keeps every byte", async () => {
  const seen: number[] = [];
  const { lines, pieces } = await readLines(streamOf('{"a":1}\n{"b"', ':2}\n{"ü":3}', "\n"), (count) => seen.push(count));
  expect(lines).toBe(3);
  expect(seen).toEqual([1, 2, 3]);
  expect(await new Blob(pieces).text()).toBe('{"a":1}\n{"b":2}\n{"ü":3}\n');
});

test("a stream that breaks off is an error, never a short file", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError("network error")),
  });
  await expect(readLines(broken, () => {})).rejects.toThrow("network error");
});
