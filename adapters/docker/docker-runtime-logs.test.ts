import { plainLogLines } from "./docker-runtime-logs.ts";

function frame(stream: 1 | 2, text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

test("the last lines of both streams come in the order they were written", () => {
  const raw = Buffer.concat([frame(1, "one\n"), frame(2, "two\n"), frame(1, "three\n")]);
  expect(plainLogLines(raw, 2)).toEqual(["two", "three"]);
});

test("colours and empty lines are dropped, long lines are cut", () => {
  const raw = Buffer.concat([frame(2, "\u001B[31mred\u001B[0m\n\n"), frame(1, `${"x".repeat(600)}\n`)]);
  expect(plainLogLines(raw, 10)).toEqual(["red", "x".repeat(500)]);
});

test("a log that ends in the middle of a frame gives what is there", () => {
  expect(plainLogLines(frame(1, "whole\nbroken").subarray(0, 16), 10)).toEqual(["whole", "br"]);
});
