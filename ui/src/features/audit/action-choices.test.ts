// The choices among the actions that occur.
import { actionChoices } from "./action-choices.ts";

test("a noun with several actions can be chosen as a whole, before each of them", () => {
  expect(actionChoices(["audit.export", "user.create", "user.deactivate"])).toEqual([
    "audit.export",
    "user.",
    "user.create",
    "user.deactivate",
  ]);
});

test("what the filter of the api would refuse is not offered", () => {
  expect(actionChoices(["restart"])).toEqual([]);
});
