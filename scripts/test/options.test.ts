// The arguments of `npm test`.
import { parseTestArguments } from "./options.ts";

test("without arguments everything runs", () => {
  expect(parseTestArguments([])).toEqual({ kinds: null, changedSince: null });
});

test("one kind can be combined with the changes since main or a commit", () => {
  expect(parseTestArguments(["--only", "browser"])).toEqual({ kinds: ["browser"], changedSince: null });
  expect(parseTestArguments(["--changed"])).toEqual({ kinds: null, changedSince: "main" });
  expect(parseTestArguments(["--only", "unit", "--changed=HEAD~2"])).toEqual({ kinds: ["unit"], changedSince: "HEAD~2" });
});

test("an unknown kind or argument is refused, so that a typo does not run everything", () => {
  expect(() => parseTestArguments(["--only", "e3e"])).toThrow("e2e");
  expect(() => parseTestArguments(["--chnaged"])).toThrow("Unknown argument --chnaged");
});
