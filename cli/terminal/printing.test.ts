// Text for people.
import { facts, printable, table } from "./printing.ts";

test("columns are as wide as their widest cell, and lines carry no trailing spaces", () => {
  expect(
    table([
      ["NAME", "AGE"],
      ["Ann", "7"],
      ["Bartholomew", ""],
    ]),
  ).toBe("NAME         AGE\nAnn          7\nBartholomew\n");
});

test("a cell stays in its row whatever it holds", () => {
  expect(table([["A"], ["one\ntwo\u001b[31m"]])).toBe("A\none two[31m\n");
});

test("a cell shows where invisible characters are, and a direction of writing goes", () => {
  expect(
    table([
      ["NAME", "ROLE"],
      ["An\u200bn \u202enimda", "member"],
    ]),
  ).toContain("An\u{FFFD}n nimda  member\n");
});

test("facts without a value are left out", () => {
  expect(
    facts([
      ["Status", "running"],
      ["Host", null],
      ["Reason", ""],
    ]),
  ).toBe("Status  running\n");
});

test("line breaks and tabs stay, other control characters go", () => {
  expect(printable("a\n\tb\r\u0000\u009bc")).toBe("a\n\tbc");
});
