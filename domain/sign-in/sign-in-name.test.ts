import { signInName } from "./sign-in-name.ts";

test.each([
  ["ann ", "ann"],
  [" \t Ann\r\n", "ann"],
  ["\u00a0ann\u3000\u2003", "ann"],
  ["\u200bann\ufeff", "ann"],
  ["\uff21\uff4e\uff4e", "ann"],
  ["Ann.S@Example.ORG ", "ann.s@example.org"],
  ["ann s", "ann s"],
  ["\u2003", ""],
])("%j is looked up as %j", (typed, name) => {
  expect(signInName(typed)).toBe(name);
});
