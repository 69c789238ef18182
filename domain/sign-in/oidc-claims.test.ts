import { readOidcClaims } from "./oidc-claims.ts";

const read = (claims: Record<string, unknown>, groupsClaim = "groups") =>
  readOidcClaims({ idToken: { sub: "s", ...claims }, userInfo: {} }, groupsClaim);

test.each([
  [true, true],
  ["true", false],
  [1, false],
  ["", false],
  [null, false],
  [false, false],
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

describe("an address and the word that it is verified", () => {
  const both = (idToken: Record<string, unknown>, userInfo: Record<string, unknown>) => {
    const { email, emailVerified } = readOidcClaims({ idToken: { sub: "s", ...idToken }, userInfo }, "groups");
    return [email, emailVerified];
  };

  test("come from the ID token when it has the address, whatever the user info says", () => {
    const verified = { email: "own@x.org", email_verified: true };
    expect(both({ email: "victim@x.org" }, verified)).toEqual(["victim@x.org", false]);
    expect(both({ email: "own@x.org" }, verified)).toEqual(["own@x.org", true]);
    expect(both({ email: "own@x.org" }, { email: "OWN@x.org", email_verified: false })).toEqual(["own@x.org", false]);
    expect(both({ email: "own@x.org" }, { email_verified: true })).toEqual(["own@x.org", false]);
    expect(both({ email: null }, verified)).toEqual([null, false]);
    expect(both({ email: "a@x.org", email_verified: true }, { email: "b@x.org", email_verified: false })).toEqual([
      ...["a@x.org", true],
    ]);
  });

  test("else both come from the user info", () => {
    expect(both({}, { email: "own@x.org", email_verified: true })).toEqual(["own@x.org", true]);
    expect(both({ email_verified: true }, { email: "victim@x.org" })).toEqual(["victim@x.org", false]);
  });
});

test("text that cannot be stored counts as absent", () => {
  const claims = { email: "a\0@b.org", name: "nul\0", preferred_username: "ann", groups: ["half \ud83d", "whole"] };
  expect(read(claims)).toMatchObject({ email: null, name: "ann", groups: ["whole"] });
});

test("an address that neither source says anything about is neither verified nor not", () => {
  expect(read({ email: "a@b.org" }).emailVerified).toBeNull();
  expect(read({}).emailVerified).toBeNull();
});

test("no groups, no claim with groups, and groups that are kept elsewhere are three things", () => {
  expect(read({ groups: [] })).toMatchObject({ groups: [], groupsGiven: "given" });
  expect(read({ groups: "" })).toMatchObject({ groupsGiven: "given" });
  expect(read({ groups: null })).toMatchObject({ groups: [], groupsGiven: "given" });
  expect(read({})).toMatchObject({ groups: [], groupsGiven: "absent" });
  expect(read({ _claim_names: { groups: "src1" } })).toMatchObject({ groups: [], groupsGiven: "elsewhere" });
  expect(read({ hasgroups: true })).toMatchObject({ groupsGiven: "elsewhere" });
});
