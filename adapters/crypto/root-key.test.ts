// The root key: long enough or refused, and a key of its own for every label.
import { parseRootKey } from "./root-key.ts";

const TEXT = "k".repeat(32);

test("a key of fewer than 32 bytes is refused with one clear line", () => {
  expect(() => parseRootKey("short")).toThrow(/^MOSAIC_SECRET_KEY is too short: it needs at least 32 bytes\..*$/);
});

test("the refusal does not repeat the key", () => {
  expect(() => parseRootKey("short-canary")).not.toThrow(/canary/);
});

test("every label gives another key, and the same one each time", () => {
  const key = parseRootKey(TEXT);
  expect(key.derive("secrets")).toEqual(parseRootKey(TEXT).derive("secrets"));
  expect(key.derive("secrets")).not.toEqual(key.derive("pg/mosaic_api"));
  expect(key.derive("secrets")).toHaveLength(32);
});

test("the key id tells keys apart without being a part of any of them", () => {
  const key = parseRootKey(TEXT);
  expect(key.keyId).toMatch(/^[0-9a-f]{16}$/);
  expect(key.keyId).not.toBe(parseRootKey("l".repeat(32)).keyId);
  expect(key.derive("secrets").toString("hex")).not.toContain(key.keyId);
});
