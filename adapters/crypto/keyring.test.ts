// The keyring opens under the root key it was wrapped by, and only then.
import { createTokenHasher } from "./token-hasher.ts";
import { KEY_PURPOSES, openKeyring, wrapNewKey } from "./keyring.ts";
import { parseRootKey } from "./root-key.ts";
import { Secret } from "../../contracts/core/secret.ts";

const ROOT = parseRootKey("r".repeat(40));
const rows = () => KEY_PURPOSES.map((purpose) => wrapNewKey(ROOT, purpose));

test("keys of all purposes come out, each another one", () => {
  const keyring = openKeyring(ROOT, rows());
  const keys = [keyring.writeKey.key, keyring.csrfKey, keyring.digestKey, ...keyring.peppers.map(({ key }) => key)];
  expect(new Set(keys.map((key) => key.export().toString("hex"))).size).toBe(4);
});

test("another root key is told in one clear line", () => {
  expect(() => openKeyring(parseRootKey("s".repeat(40)), rows())).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringMatching(/^MOSAIC_SECRET_KEY is not the key/) }),
  );
});

test("a key passed off as one of another purpose does not open", () => {
  const [check, data, pepper, csrf, digest] = rows();
  if (!check || !data || !pepper || !csrf || !digest) throw new Error("a row is missing");
  const swapped = [check, data, pepper, { ...csrf, purpose: "digest" as const }, { ...digest, purpose: "csrf" as const }];
  expect(() => openKeyring(ROOT, swapped)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});

test("a missing purpose is refused", () => {
  expect(() =>
    openKeyring(
      ROOT,
      rows().filter((row) => row.purpose !== "pepper"),
    ),
  ).toThrow(/no key of purpose pepper/);
});

test("with a second pepper, tokens hash under the newest and are still found under the older", () => {
  const [older, newer] = [wrapNewKey(ROOT, "pepper"), wrapNewKey(ROOT, "pepper")];
  const others = rows().filter((row) => row.purpose !== "pepper");
  const before = createTokenHasher(openKeyring(ROOT, [...others, older]));
  const after = createTokenHasher(openKeyring(ROOT, [...others, newer, older]));
  const token = new Secret("mct_token");
  expect(after.hash(token)).not.toEqual(before.hash(token));
  expect(after.candidates(token)).toContainEqual(before.hash(token));
  expect(after.candidates(token)[0]).toEqual(after.hash(token));
});
