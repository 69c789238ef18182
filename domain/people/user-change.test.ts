import { refusalOfUserChange, type UserChange, type UserChangeFacts } from "./user-change.ts";

const deactivate: UserChange = { kind: "deactivate" };
const demote: UserChange = { kind: "role", systemRole: "member" };
const promote: UserChange = { kind: "role", systemRole: "admin" };
const facts = (change: Partial<UserChangeFacts> = {}): UserChangeFacts => ({
  actorId: "ann",
  target: { id: "bert", systemRole: "admin", isDeactivated: false },
  otherActiveAdmins: 1,
  ...change,
});
const ann = { id: "ann", systemRole: "admin", isDeactivated: false } as const;
const member = { id: "bert", systemRole: "member", isDeactivated: false } as const;

test.each([deactivate, demote])("nobody does this to themselves: %j", (change) => {
  expect(refusalOfUserChange(change, facts({ target: ann, otherActiveAdmins: 5 }))).toMatch(/^You cannot/);
});

test.each([deactivate, demote])("nobody does this to the last administrator: %j", (change) => {
  expect(refusalOfUserChange(change, facts({ otherActiveAdmins: 0 }))).toBe("At least one administrator is required.");
});

test.each([deactivate, demote])("another administrator may be changed: %j", (change) => {
  expect(refusalOfUserChange(change, facts())).toBeNull();
});

test("a member is deactivated whatever the number of administrators", () => {
  expect(refusalOfUserChange(deactivate, facts({ target: member, otherActiveAdmins: 0 }))).toBeNull();
});

test("making or keeping somebody an administrator takes nothing away", () => {
  expect(refusalOfUserChange(promote, facts({ target: member, otherActiveAdmins: 0 }))).toBeNull();
  expect(refusalOfUserChange(promote, facts({ target: ann, otherActiveAdmins: 0 }))).toBeNull();
});

test("a deactivated administrator is not the last one who can sign in", () => {
  const target = { id: "bert", systemRole: "admin", isDeactivated: true } as const;
  expect(refusalOfUserChange(demote, facts({ target, otherActiveAdmins: 1 }))).toBeNull();
});
