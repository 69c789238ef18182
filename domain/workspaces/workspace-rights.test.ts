import { WORKSPACE_ROLES } from "../../contracts/core/closed-sets.ts";
import { mayChangeMember, mayDeleteWorkspace, mayManageWorkspace, maySeeWorkspace } from "./workspace-rights.ts";

const ROLES = [...WORKSPACE_ROLES, null];
const rolesThat = (may: (actor: { role: (typeof ROLES)[number]; systemRole: "member" }) => boolean) =>
  ROLES.filter((role) => may({ role, systemRole: "member" }));

test("every member sees the workspace, nobody else does", () => {
  expect(rolesThat(maySeeWorkspace)).toEqual(["owner", "admin", "member", "guest"]);
});

test("owners delete it, owners and admins manage it", () => {
  expect(rolesThat(mayDeleteWorkspace)).toEqual(["owner"]);
  expect(rolesThat(mayManageWorkspace)).toEqual(["owner", "admin"]);
});

test.each([
  ["a guest to member", { from: "guest", to: "member" }, ["owner", "admin"]],
  ["a newcomer to admin", { from: null, to: "admin" }, ["owner", "admin"]],
  ["a member out", { from: "member", to: null }, ["owner", "admin"]],
  ["an admin to owner", { from: "admin", to: "owner" }, ["owner"]],
  ["a newcomer to owner", { from: null, to: "owner" }, ["owner"]],
  ["an owner to guest", { from: "owner", to: "guest" }, ["owner"]],
  ["an owner out", { from: "owner", to: null }, ["owner"]],
] as const)("%s", (_what, change, expected) => {
  expect(rolesThat((actor) => mayChangeMember(actor, change))).toEqual(expected);
});

test("an administrator of the installation may do all of it without being a member", () => {
  const admin = { role: null, systemRole: "admin" } as const;
  expect([maySeeWorkspace(admin), mayManageWorkspace(admin), mayDeleteWorkspace(admin)]).toEqual([true, true, true]);
  expect(mayChangeMember(admin, { from: "owner", to: "guest" })).toBe(true);
});
