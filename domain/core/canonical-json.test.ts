// One value, one text.
import { canonicalJson } from "./canonical-json.ts";

test("the order of keys does not matter, at any depth", () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
});

test("the order of a list does", () => {
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

test("text is escaped as in JSON", () => {
  const value = { 'quote"': "line\nbreak" };
  expect(JSON.parse(canonicalJson(value))).toEqual(value);
});

test("a number without a JSON form is refused, because it would look like null", () => {
  expect(() => canonicalJson([Number.NaN])).toThrow(TypeError);
});
