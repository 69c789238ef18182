// What is sent when a person was edited: a role that is sent ends sessions, an address that is sent counts as unverified.
import { changesOf } from "./edit-user-dialog.tsx";

const ana = { name: "Ana", email: "ana@example.org", systemRole: "member" } as const;

test("nothing is sent for what stayed as it was", () => {
  expect(changesOf(ana, { ...ana, name: " Ana " })).toEqual({});
});

test("an address that was emptied is taken away, one that never was stays so", () => {
  expect(changesOf(ana, { ...ana, email: " " })).toEqual({ email: null });
  expect(changesOf({ ...ana, email: null }, { ...ana, email: "" })).toEqual({});
});

test("each change is sent alone", () => {
  expect(changesOf(ana, { ...ana, systemRole: "admin" })).toEqual({ systemRole: "admin" });
});
