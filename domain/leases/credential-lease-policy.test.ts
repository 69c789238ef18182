// Why a call about a lease is refused: every row of the contract, in its order.
import {
  refuseChunk,
  refuseLeaseCall,
  refuseRemoval,
  type CredentialFacts,
  type LeaseCall,
} from "./credential-lease-policy.ts";

const NOW = 1_000;
const claim = { kind: "telegram", ownerId: "me", actorRole: "ci" } as const;
const lease = { ownerId: "me", actorRole: "ci", tokenFits: true, expiresAtMs: NOW + 1, expiryRecorded: false } as const;
const found = { nowMs: NOW, kind: "telegram", status: "active", lease } as const satisfies CredentialFacts;

/** Everything is wrong at once; each step mends what was named, so that the next check shows. */
const WRONG: CredentialFacts = {
  nowMs: NOW,
  kind: "discord",
  status: "disabled",
  lease: { ownerId: "you", actorRole: "maintainer", tokenFits: false, expiresAtMs: NOW - 1, expiryRecorded: false },
};
const OWN = { ownerId: "me", tokenFits: true } as const;

test.each<[LeaseCall, string[]]>([
  ["heartbeat", ["KIND_MISMATCH", "CREDENTIAL_DISABLED", "LEASE_NOT_OWNER", "LEASE_EXPIRED", "AUTH_ROLE_MISMATCH"]],
  ["release", ["KIND_MISMATCH", "LEASE_NOT_OWNER", "AUTH_ROLE_MISMATCH"]],
  ["quarantine", ["KIND_MISMATCH", "LEASE_NOT_OWNER", "AUTH_ROLE_MISMATCH"]],
  ["readChunk", ["KIND_MISMATCH", "CREDENTIAL_DISABLED", "LEASE_NOT_FOUND", "LEASE_NOT_OWNER", "AUTH_ROLE_MISMATCH"]],
])("%s is refused for the first of %j", (call, order) => {
  let facts = WRONG;
  const told: string[] = [];
  for (let refusal = refuseLeaseCall(call, facts, claim); refusal !== null; refusal = refuseLeaseCall(call, facts, claim)) {
    told.push(refusal);
    facts = mended(facts, refusal);
  }
  expect(told).toEqual(order);
});

function mended(facts: CredentialFacts, refusal: string): CredentialFacts {
  const before = facts.lease ?? lease;
  if (refusal === "KIND_MISMATCH") return { ...facts, kind: "telegram" };
  if (refusal === "CREDENTIAL_DISABLED") return { ...facts, status: "active" };
  if (refusal === "LEASE_NOT_OWNER") return { ...facts, lease: { ...before, ...OWN } };
  if (refusal === "AUTH_ROLE_MISMATCH") return { ...facts, lease: { ...before, actorRole: "ci" } };
  return { ...facts, lease: { ...before, expiresAtMs: NOW } };
}

test.each<[LeaseCall, string | null]>([
  ["heartbeat", "LEASE_NOT_FOUND"],
  ["release", null],
  ["quarantine", "LEASE_NOT_FOUND"],
  ["readChunk", "LEASE_NOT_FOUND"],
])("%s without a lease: %s", (call, refusal) => {
  expect(refuseLeaseCall(call, { ...found, lease: null }, claim)).toBe(refusal);
});

test.each<LeaseCall>(["heartbeat", "release", "quarantine", "readChunk"])("%s of nothing is not found", (call) => {
  expect(refuseLeaseCall(call, null, claim)).toBe("CREDENTIAL_NOT_FOUND");
});

test.each([
  [NOW + 1, null, null],
  [NOW, null, null],
  [NOW - 1, "LEASE_EXPIRED", "LEASE_NOT_FOUND"],
])("a lease until %d at 1000: heartbeat %s, chunk %s, release never refused", (expiresAtMs, heartbeat, chunk) => {
  const facts = { ...found, lease: { ...lease, expiresAtMs } };
  expect(refuseLeaseCall("heartbeat", facts, claim)).toBe(heartbeat);
  expect(refuseLeaseCall("readChunk", facts, claim)).toBe(chunk);
  expect(refuseLeaseCall("release", facts, claim)).toBeNull();
});

test("an expiry that was recorded is for good, even when the clock was set back", () => {
  expect(refuseLeaseCall("heartbeat", { ...found, lease: { ...lease, expiryRecorded: true } }, claim)).toBe("LEASE_EXPIRED");
});

test.each([
  [{ ...lease, tokenFits: false }, "LEASE_NOT_OWNER"],
  [{ ...lease, ownerId: "you" }, "LEASE_NOT_OWNER"],
] as const)("a lease belongs to who has both name and token", (other, refusal) => {
  expect(refuseLeaseCall("release", { ...found, lease: other }, claim)).toBe(refusal);
});

test.each([
  [{ index: 0, chunkCount: 1, isStored: true }, "PAYLOAD_NOT_CHUNKED"],
  [{ index: 5, chunkCount: 1, isStored: false }, "PAYLOAD_NOT_CHUNKED"],
  [{ index: 2, chunkCount: 2, isStored: false }, "INVALID_CHUNK_INDEX"],
  [{ index: 1, chunkCount: 2, isStored: false }, "PAYLOAD_CHUNK_MISSING"],
  [{ index: 1, chunkCount: 2, isStored: true }, null],
])("chunk %j: %s", (chunk, refusal) => {
  expect(refuseChunk(chunk)).toBe(refusal);
});

test.each([
  [null, "CREDENTIAL_NOT_FOUND"],
  [{ ...found, status: "disabled" }, "LEASE_ACTIVE"],
  [{ ...found, lease: { ...lease, expiresAtMs: NOW } }, null],
  [{ ...found, lease: null }, null],
] as const)("removing %#: %s", (facts, refusal) => {
  expect(refuseRemoval(facts)).toBe(refusal);
});
