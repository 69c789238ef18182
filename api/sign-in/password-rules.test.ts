// Passwords that are refused although they are long enough.
import { assertPasswordAllowed } from "./password-rules.ts";

test.each(["password1234", "Password-1234", "aaaaaaaaaaaaaa", "Correct Horse Battery Staple", "anna-anna-anna"])(
  "%s is refused",
  (password) => {
    expect(() => assertPasswordAllowed("anna", password)).toThrow(expect.objectContaining({ code: "VALIDATION_FAILED" }));
  },
);

test.each(["a phrase that is mine", "anna likes long walks", "7f3a90bd21ce"])("%s is accepted", (password) => {
  expect(() => assertPasswordAllowed("anna", password)).not.toThrow();
});
