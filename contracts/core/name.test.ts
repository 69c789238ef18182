import { nameSchema, plainTextSchema, shownRecord, shownName, shownText } from "./name.ts";

const name = nameSchema(100);
const isTaken = (text: string): boolean => name.safeParse(text).success;

it.each([
  "Ann",
  "Zoë O’Brien-Müller",
  "安室 奈美恵",
  "محمد العربي",
  "می‌خواهم",
  "क्‍ष",
  "👩‍💻 Ada",
  "🏳️‍🌈",
  "❤️",
  "1️⃣ first",
  "葛\u{e0100}城",
  "Team (Ops) #3 / night",
])("takes %s", (text) => {
  expect(name.parse(`  ${text} `)).toBe(text);
  expect(shownName(text)).toBe(text);
});

it.each([
  ["an escape sequence", "Ann\u001b[2J"],
  ["a C1 control character", "Ann\u009b2J"],
  ["a NUL", "A\u0000nn"],
  ["a line break", "Ann\nadmin"],
  ["a carriage return", "Ann\radmin"],
  ["a tab", "Ann\tadmin"],
  ["a line separator", "Ann\u2028admin"],
  ["a paragraph separator", "Ann\u2029admin"],
  ["a next line", "Ann\u0085admin"],
  ["a right-to-left override", "Ann \u202enimda"],
  ["a right-to-left embedding", "Ann \u202bx\u202c"],
  ["an isolate", "Ann \u2067x\u2069"],
  ["a right-to-left mark", "Ann\u200fx"],
  ["an Arabic letter mark", "Ann\u061cx"],
  ["a zero-width space", "An\u200bn"],
  ["a zero-width joiner in Latin", "An\u200dn"],
  ["a zero-width non-joiner in Latin", "An\u200cn"],
  ["a word joiner", "An\u2060n"],
  ["a byte order mark", "An\ufeffn"],
  ["a soft hyphen", "An\u00adn"],
  ["a combining grapheme joiner", "An\u034fn"],
  ["a variation selector behind a letter", "Ann\ufe0fx"],
  ["a variation selector behind a digit", "Agent 1\ufe0f"],
  ["a tag character", "Ann\u{e0061}"],
  ["a Hangul filler", "An\u3164n"],
  ["an invisible operator", "An\u2062n"],
])("refuses %s, and shows one that is stored as a replacement", (_, text) => {
  expect(isTaken(text)).toBe(false);
  const shown = shownName(text);
  expect(shown).toContain("\u{FFFD}");
  expect(isTaken(shown)).toBe(true);
});

it.each(["", "   ", "\u200b", "\u3164", "\u2800", "\u0301", "\ufeff"])("refuses %j: nothing of it would be seen", (text) => {
  expect(isTaken(text)).toBe(false);
});

it("lets longer text have lines, and nothing else of the kind", () => {
  const text = plainTextSchema(100);
  expect(text.parse("One\n\ttwo")).toBe("One\n\ttwo");
  expect(text.parse("")).toBe("");
  expect(text.safeParse("One\u202etwo").success).toBe(false);
  expect(shownText("One\r\ntwo\u202e")).toBe("One\r\ntwo\u{FFFD}");
});

it("cleans what lies deep in a value", () => {
  expect(shownRecord({ a: ["x\u202ey", 1, null], "b\u200b": { c: "z" } })).toEqual({
    a: ["x\u{FFFD}y", 1, null],
    "b\u{FFFD}": { c: "z" },
  });
});
