// Secrets as people paste them become the secrets that they meant, or are refused in words.
import { foreignPasswordSchema, pastedToken, tokenSchema } from "./pasted-secret.ts";

const KEY = "sk-or-v1_A.b=c+/9$";

test.each([
  ["blanks around", `  ${KEY}\t`],
  ["a line end", `${KEY}\r\n`],
  ["line ends around", `\n\n${KEY}\n`],
  ["no-break spaces", `\u00a0${KEY}\u202f`],
  ["zero-width characters", `\ufeff${KEY.slice(0, 4)}\u200b${KEY.slice(4)}\u2060`],
  ["quotes", `"${KEY}"`],
  ["quotes and blanks", ` 'x${KEY}' `.replace("x", "")],
  ["curly quotes", `“${KEY}”`],
  ["German quotes", `„${KEY}“`],
  ["back quotes", `\`${KEY}\``],
  ["its header", `Authorization: Bearer ${KEY}`],
  ["Bearer", `bearer  ${KEY}`],
  ["Bearer in quotes", `"Bearer ${KEY}"`],
  ["Bearer and quotes", `Bearer "${KEY}"`],
  ["another header", `x-api-key: ${KEY}`],
  ["nothing", KEY],
])("a key with %s is the key", (_what, text) => {
  expect(tokenSchema(4096).parse(text)).toBe(KEY);
});

test.each(["", "  ", '""', "Bearer ", "two words", "first\nsecond", "schlüssel-ä", "\u200b"])(
  "%j is refused: it is no key",
  (text) => {
    expect(tokenSchema(4096).safeParse(text).success).toBe(false);
  },
);

test("a refusal says what to do, and does not repeat the key", () => {
  const { error } = tokenSchema(4096).safeParse("sk-half\nsk-other-half");
  expect(error?.issues[0]?.message).toMatch(/Paste it again/);
  expect(error?.message).not.toContain("half");
});

test("a key that begins like a header's name stays whole", () => {
  expect(pastedToken("bearerish-key")).toBe("bearerish-key");
});

test("of a password of another system only what surrounds it goes", () => {
  const schema = foreignPasswordSchema(100);
  expect(schema.parse(' \u200bab cd "ef"\n')).toBe('ab cd "ef"');
  expect(schema.parse('"quoted"')).toBe('"quoted"');
  expect(schema.safeParse(" \n").success).toBe(false);
});
