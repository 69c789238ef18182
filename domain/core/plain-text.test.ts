import { unstorableText } from "./plain-text.ts";

const paths = (value: unknown) => unstorableText(value).map(({ path }) => path);

describe("text that nothing can store", () => {
  test("is found in values at any depth, and named by its path", () => {
    expect(paths({ a: "fine", b: ["x", { c: "nul\0" }], d: "half \ud83d" })).toEqual(["b.1.c", "d"]);
  });

  test("is found in names, which are not repeated as they are", () => {
    expect(paths({ "bad\0name": 1, "\udc00": 2 })).toEqual(["bad\u{FFFD}name", "\u{FFFD}"]);
  });

  test("does not mean whole characters outside the basic plane, empty text, or what is no text", () => {
    expect(paths({ smile: "\u{1F600}", empty: "", none: null, number: 0, list: [] })).toEqual([]);
  });

  test("at the top has an empty path", () => {
    expect(paths("\0")).toEqual([""]);
  });
});
