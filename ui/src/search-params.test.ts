// Addresses that people type, bookmark and share: invalid parameters are ignored.
import { credentialSearch, fleetSearch } from "./features/containers/fleet-search.ts";
import { auditSearch, listSearch, usersSearch, workspaceSearch } from "./search-params.ts";

const given = (search: object): object => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

test.each([
  ["a page that is none", { page: "0" }],
  ["a page that is no number", { page: "last" }],
  ["a page beyond what the api takes", { page: "1000001" }],
  ["a size that is not offered", { limit: "1000" }],
  ["an order that is none", { order: "up" }],
  ["a search of nothing", { search: "" }],
])("a list leaves out %s", (_what, raw) => {
  expect(given(listSearch(raw))).toEqual({});
});

test("digits are words to search for, and too many words are cut", () => {
  expect(listSearch({ search: 2026 }).search).toBe("2026");
  expect(listSearch({ search: "x".repeat(101) }).search).toHaveLength(100);
});

test("a role, a state and an order of people are among those there are", () => {
  const right = { role: "admin", status: "deactivated", sort: "lastSignInAt", order: "desc" };
  expect(given(usersSearch(right))).toEqual(right);
  expect(given(usersSearch({ role: "owner", status: "pending", sort: "email" }))).toEqual({});
});

test("invitations have states of their own, and no roles", () => {
  expect(given(usersSearch({ tab: "invites", status: "expired", role: "admin" }))).toEqual({
    tab: "invites",
    status: "expired",
  });
  expect(given(usersSearch({ tab: "invites", status: "active" }))).toEqual({ tab: "invites" });
});

test("the audit log takes a noun, a whole action and days", () => {
  const right = { action: "credential_key.", outcome: "denied", from: "2026-11-01", to: "2026-11-30" };
  expect(given(auditSearch(right))).toEqual(right);
  expect(given(auditSearch({ action: "DROP", outcome: "maybe", from: "yesterday", to: "2026-13-01" }))).toEqual({});
});

test("the teams of a workspace are not searched, its members are", () => {
  expect(given(workspaceSearch({ tab: "teams", search: "ana" }))).toEqual({ tab: "teams" });
  expect(given(workspaceSearch({ tab: "nothing", search: "ana" }))).toEqual({ search: "ana" });
});

test("the fleet and the credentials know their own filters alone", () => {
  expect(given(fleetSearch({ status: "error", kind: "system", sort: "host" }))).toEqual({
    ...{ status: "error", kind: "system", sort: "host" },
  });
  expect(given(fleetSearch({ status: "active", kind: "robot", sort: "name" }))).toEqual({});
  expect(given(fleetSearch({ role: "admin", action: "user.", outcome: "denied" }))).toEqual({});
  expect(given(credentialSearch({ tab: "events", kind: 2026 }))).toEqual({ tab: "events", kind: "2026" });
  expect(given(credentialSearch({ tab: "keys", page: 2, search: "ci", status: "leased" }))).toEqual({ tab: "keys", page: 2 });
  expect(given(credentialSearch({ tab: "leases", role: "admin", sort: "name", order: "desc" }))).toEqual({});
});
