// Whether a key works, and for how much longer.
import { keyStatus } from "./key-status.ts";

const NOW_MS = Date.parse("2026-11-21T10:00:00.000Z");

test.each([
  ["never", null, "keyActive"],
  ["in two weeks", "2026-12-05T10:00:00.000Z", "keyActive"],
  ["within two weeks", "2026-12-05T09:59:59.000Z", "expiresSoon"],
  ["right now", "2026-11-21T10:00:00.000Z", "expired"],
] as const)("a key that expires %s", (_when, expiresAt, status) => {
  expect(keyStatus(expiresAt, NOW_MS)).toBe(status);
});
