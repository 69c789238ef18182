// The state of a credential after its lease expired: it cools down until the expiry is recorded and the cool-down is over.
import type { PooledCredential } from "./credentials-api.ts";
import { restsUntilMs, stateOf } from "./credential-state.ts";

const EXPIRED_AT = 1_000_000;
const moment = { nowMs: EXPIRED_AT + 10_000, coolDownMs: 60_000 };
const lease = {
  ...{ leaseId: "l", ownerId: "o", actorRole: "ci" as const, actorId: "env:ci", acquiredAtMs: 0, heartbeatAtMs: 0 },
  ...{ expiresAtMs: EXPIRED_AT, mustEndAtMs: null, quarantineOnExpiry: false },
};

function credential(expiryRecordedAtMs: number | null, coolUntilMs: number | null): PooledCredential {
  return {
    ...{ credentialId: "c", kind: "telegram", status: "active", note: null, createdAtMs: 0, updatedAtMs: 0, lastLeasedAtMs: 0 },
    ...{ fence: 1, quarantinedAtMs: null, quarantineReason: null, coolUntilMs, lease: { ...lease, expiryRecordedAtMs } },
  };
}

test("while nobody recorded the expiry, the kind says how long the credential rests", () => {
  expect(restsUntilMs(credential(null, null), moment)).toBe(EXPIRED_AT + 60_000);
  expect(stateOf(credential(null, null), moment)).toBe("cooling");
});

test("once the expiry is recorded, the credential's own end of the cool-down counts, not the kind's limits", () => {
  expect(stateOf(credential(EXPIRED_AT + 1, EXPIRED_AT + 20_000), moment)).toBe("cooling");
  expect(restsUntilMs(credential(EXPIRED_AT + 1, null), moment)).toBeNull();
  expect(stateOf(credential(EXPIRED_AT + 1, null), moment)).toBe("free");
});
