// Depth of a JSON text, counted without parsing it.
import { nestingOf } from "./json-body.ts";

test.each<[string, number]>([
  ["1", 0],
  ["{}", 1],
  ['{"a":[{"b":[]}]}', 4],
  ["[[],[],[]]", 2],
  ['{"text":"[[[[{{{{"}', 1],
  [String.raw`{"text":"\"[[[["}`, 1],
  [String.raw`{"text":"\\","list":[]}`, 2],
])("%s is %i deep", (text, depth) => {
  expect(nestingOf(text)).toBe(depth);
});
