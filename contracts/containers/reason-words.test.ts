// Reasons in English, and how those of other releases are read.
import { readGivenReason, readReason } from "./container-reason-schema.ts";
import { plainReason } from "./container-reasons.ts";
import { describeReason } from "./reason-words.ts";

test.each([
  [plainReason("out_of_memory"), "The agent exceeded its memory limit."],
  [{ code: "exited", values: { exitCode: 137 } }, "The container exited with code 137."],
  [{ code: "exited_at_start", values: { exitCode: null } }, "The container exited during the start with code unknown."],
  [{ code: "not_ready_in_time", values: { seconds: 180 } }, "The agent was not ready within 180 seconds."],
  [{ code: "given", values: { text: "It costs {price}, or $& less." } }, "It costs {price}, or $& less."],
] as const)("%j is worded", (reason, sentence) => {
  expect(describeReason(reason)).toBe(sentence);
});

test("what is written is read as it was", () => {
  for (const reason of [plainReason("silent"), { code: "exited", values: { exitCode: null } } as const]) {
    expect(readReason(JSON.parse(JSON.stringify(reason)))).toEqual(reason);
  }
});

test("a sentence of release 0.1.0 stays readable, and one that a person wrote is theirs", () => {
  expect(readReason("It hung.")).toEqual({ code: "other", values: { text: "It hung." } });
  expect(readGivenReason("A new image.")).toEqual({ code: "given", values: { text: "A new image." } });
  expect([readReason(""), readGivenReason("")]).toEqual([null, null]);
});

test("what is no reason is none", () => {
  for (const value of [undefined, null, 7, { code: "exited" }, { code: "of_a_later_release", values: {} }]) {
    expect(readReason(value)).toBeNull();
  }
});
