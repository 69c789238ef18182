// When a turn is tried again that the provider did not answer.
import { askAgain, PROVIDER_RETRY_PAUSES_MS, providerRetryPauseMs } from "./provider-retry.ts";

test("a limit of a stream is waited for in growing pauses, and then told", () => {
  const pauses = [1, 2, 3, 4, 5, 6].map((failures) =>
    providerRetryPauseMs({ code: "PROVIDER_RATE_LIMITED", failures, stream: true }),
  );
  expect(pauses).toEqual([...PROVIDER_RETRY_PAUSES_MS, null]);
});

test("a limit of a whole answer is told at once: its client waits and tries by itself", () => {
  expect(providerRetryPauseMs({ code: "PROVIDER_RATE_LIMITED", failures: 1, stream: false })).toBeNull();
});

test("a provider that is away for a moment is asked again, for a whole answer twice", () => {
  const at = (failures: number, stream: boolean) => providerRetryPauseMs({ code: "PROVIDER_UNAVAILABLE", failures, stream });
  expect([at(1, false), at(2, false), at(3, false), at(3, true)]).toEqual([2_000, 4_000, null, 8_000]);
});

test("a refusal is never tried again", () => {
  for (const code of ["PROVIDER_KEY_REFUSED", "PROVIDER_NO_CREDIT", "PROVIDER_MODEL_UNKNOWN", "GATEWAY_ERROR"] as const)
    expect(providerRetryPauseMs({ code, failures: 1, stream: true })).toBeNull();
});

test("a message that the conversation has already is not repeated whole", () => {
  expect(askAgain("hello")).toContain("“hello”");
  expect(askAgain("x".repeat(100_000)).length).toBeLessThan(400);
});
