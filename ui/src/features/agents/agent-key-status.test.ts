// Whether an agent's key works, and for how much longer.
import { agentKeyStatus, hasEnded } from "./agent-key-status.ts";

const NOW_MS = Date.parse("2026-11-21T10:00:00.000Z");
const LATER = "2026-11-22T09:00:00.000Z";
const EARLIER = "2026-11-21T09:00:00.000Z";
const KEY = { expiresAt: null, revokedAt: null, replacedBy: null };
const NEXT = "oak_live_abcdefghij234567abcd";

test.each([
  ["that does not end", KEY, "keyActive", false],
  ["that ends within two weeks", { ...KEY, expiresAt: LATER }, "expiresSoon", false],
  ["that has ended", { ...KEY, expiresAt: EARLIER }, "expired", true],
  ["that was revoked", { ...KEY, revokedAt: EARLIER }, "revoked", true],
  ["that was replaced, during the overlap", { ...KEY, expiresAt: LATER, replacedBy: NEXT }, "rotating", false],
  ["that was replaced, after the overlap", { ...KEY, expiresAt: EARLIER, replacedBy: NEXT }, "expired", true],
  ["that was replaced and then revoked", { ...KEY, revokedAt: EARLIER, replacedBy: NEXT }, "revoked", true],
] as const)("a key %s", (_which, key, status, isOver) => {
  expect(agentKeyStatus(key, NOW_MS)).toBe(status);
  expect(hasEnded(key, NOW_MS)).toBe(isOver);
});
