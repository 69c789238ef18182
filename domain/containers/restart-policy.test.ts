import { decideRepair, FAILURES_TO_GIVE_UP, HEALTHY_RESET_MS } from "./restart-policy.ts";

test("the pause doubles with every failure in a row", () => {
  const pauses = [0, 1, 2, 3].map((earlierFailures) => decideRepair({ earlierFailures, readyForMs: 0 }));
  expect(pauses.map((decision) => (decision.kind === "retry" ? decision.pauseMs : null))).toEqual([1_000, 2_000, 4_000, 8_000]);
});

test("the fifth failure in a row is the last", () => {
  expect(decideRepair({ earlierFailures: FAILURES_TO_GIVE_UP - 1, readyForMs: 0 })).toEqual({ kind: "give_up", failures: 5 });
});

test("ten minutes of health wipe the record", () => {
  expect(decideRepair({ earlierFailures: 4, readyForMs: HEALTHY_RESET_MS })).toEqual({
    kind: "retry",
    failures: 1,
    pauseMs: 1_000,
  });
});

test("a millisecond less does not", () => {
  expect(decideRepair({ earlierFailures: 4, readyForMs: HEALTHY_RESET_MS - 1 }).kind).toBe("give_up");
});
