// How dates and numbers are written in the language that was chosen.
import { regionalForm } from "./language.ts";

test.each([
  ["en", ["de-DE", "en-GB", "en-US"], "en-GB"],
  ["de", ["en-GB", "de-AT"], "de-AT"],
  ["en", ["en", "en-GB"], "en"],
  ["de", ["en-GB", "den"], "de"],
  ["en", [], "en"],
] as const)("%s, for a browser that says %j, is written as in %s", (language, preferred, form) => {
  expect(regionalForm(language, preferred)).toBe(form);
});
