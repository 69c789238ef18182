// A sealed secret opens where it was sealed and nowhere else.
import { createSecretKey, randomBytes } from "node:crypto";
import { Secret, type SecretPlace } from "../../contracts/core/secret.ts";
import { humanTenant } from "../../contracts/core/tenant.ts";
import { createSecretBox, type NamedKey } from "./secret-box.ts";

const KEY: NamedKey = { id: "00112233aabbccdd", key: createSecretKey(randomBytes(32)) };
const box = createSecretBox({ writeKey: KEY, dataKey: (id) => (id === KEY.id ? KEY : undefined) });
const PLACE: SecretPlace = {
  table: "llm_providers",
  column: "api_key",
  tenant: humanTenant("11111111-1111-4111-8111-111111111111"),
  rowId: "row-1",
  binding: "https://api.example.test",
};
const PLAIN = "sk-canary-ü-4711";

function flipBit(text: string, index: number): string {
  const bytes = Buffer.from(text, "latin1");
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return bytes.toString("latin1");
}

test("what was sealed opens again in its place", () => {
  const sealed = box.seal(new Secret(PLAIN), PLACE);
  expect(sealed).toMatch(/^enc:v1:00112233aabbccdd:[A-Za-z0-9_-]{16}:[A-Za-z0-9_-]+$/);
  expect(box.open(sealed, PLACE).reveal()).toBe(PLAIN);
});

test("an empty secret can be sealed", () => {
  expect(box.open(box.seal(new Secret(""), PLACE), PLACE).reveal()).toBe("");
});

test("sealing twice gives two ciphertexts", () => {
  expect(box.seal(new Secret(PLAIN), PLACE)).not.toBe(box.seal(new Secret(PLAIN), PLACE));
});

test.each<[string, Partial<SecretPlace>]>([
  ["another row", { rowId: "row-2" }],
  ["another column", { column: "gateway_token" }],
  ["another table", { table: "system_config" }],
  ["another tenant", { tenant: humanTenant("22222222-2222-4222-8222-222222222222") }],
  ["no tenant", { tenant: null }],
  ["another binding", { binding: "https://evil.example.test" }],
  ["values that only join to the same text", { rowId: 'row-1","https://api.example.test' }],
])("a ciphertext moved to %s stays shut", (_, change) => {
  const sealed = box.seal(new Secret(PLAIN), PLACE);
  expect(() => box.open(sealed, { ...PLACE, ...change })).toThrow(expect.objectContaining({ code: "SECRET_UNREADABLE" }));
});

test("no single flipped bit of the text goes unnoticed", () => {
  const sealed = box.seal(new Secret(PLAIN), PLACE);
  for (let index = 0; index < sealed.length; index += 1) {
    expect(() => box.open(flipBit(sealed, index), PLACE)).toThrow(expect.objectContaining({ code: "SECRET_UNREADABLE" }));
  }
});

test("a cut, an extended and a foreign text stay shut with one and the same error", () => {
  const sealed = box.seal(new Secret(PLAIN), PLACE);
  const messages = [sealed.slice(0, -1), `${sealed}A`, "", "enc:v1:", PLAIN].map((text) => {
    try {
      box.open(text, PLACE);
      return "opened";
    } catch (error) {
      return String(error);
    }
  });
  expect(new Set(messages)).toEqual(new Set(["FleetError: A stored secret cannot be read."]));
});

test("another key of the same id does not open it", () => {
  const other = createSecretBox({ writeKey: KEY, dataKey: () => ({ id: KEY.id, key: createSecretKey(randomBytes(32)) }) });
  expect(() => other.open(box.seal(new Secret(PLAIN), PLACE), PLACE)).toThrow(
    expect.objectContaining({ code: "SECRET_UNREADABLE" }),
  );
});
