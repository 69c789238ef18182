import { readOidcClaims } from "./oidc-claims.ts";

const read = (claims: Record<string, unknown>, groupsClaim = "groups") => readOidcClaims({ sub: "s", ...claims }, groupsClaim);

test.each([
  [true, true],
  ["true", false],
  [1, false],
  [undefined, false],
])("an address whose verification is %j counts as verified: %j", (given, verified) => {
  expect(read({ email: "a@b.org", email_verified: given }).emailVerified).toBe(verified);
});

test.each([["no address"], [""], ["a@b@c"], [["a@b.org"]], [`${"a".repeat(320)}@b.org`]])("%j is no address", (email) => {
  expect(read({ email }).email).toBeNull();
});

test("an address is compared in lower case, and a name without the space around it", () => {
  expect(read({ email: "Ann@B.org", name: " Ann " })).toMatchObject({ email: "ann@b.org", name: "Ann" });
  expect(read({ name: "  ", preferred_username: "ann" }).name).toBe("ann");
});

test("groups are found by name, by a name with dots, and along a path", () => {
  expect(read({ groups: ["a", 1, "b"] }).groups).toEqual(["a", "b"]);
  expect(read({ groups: "a" }).groups).toEqual(["a"]);
  expect(read({ "https://x.org/groups": ["a"] }, "https://x.org/groups").groups).toEqual(["a"]);
  expect(read({ realm_access: { roles: ["a"] } }, "realm_access.roles").groups).toEqual(["a"]);
  expect(read({}, "__proto__.groups").groups).toEqual([]);
  expect(read({ groups: { a: true } }).groups).toEqual([]);
});
