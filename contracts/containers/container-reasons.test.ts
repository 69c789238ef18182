// Tests that reasons are read back from the sentences they are told in.
import { containerReason, readContainerReason } from "./container-reasons.ts";

test.each([
  ["out_of_memory", ""],
  ["exited", "137"],
  ["exited", "unknown"],
  ["exited_at_start", "1"],
  ["not_ready_in_time", "180"],
  ["image_missing", "registry.example:5000/agent:v1"],
  ["unexpected", ""],
  ["unexpected_logged", ""],
] as const)("%s with %j is read back", (code, value) => {
  expect(readContainerReason(containerReason(code, value))).toEqual({ code, value });
});

test("what somebody else has said is nobody's reason", () => {
  for (const text of ["", "It ended with exit code .", "My own words.", "It was removed from outside. Or so."]) {
    expect(readContainerReason(text)).toBeNull();
  }
});
