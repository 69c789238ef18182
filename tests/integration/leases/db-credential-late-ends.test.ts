// Expired leases whose end is not recorded yet: the first caller records it, and cannot avoid what the expiry entails.
import { credentialLeaseMessageSchema } from "../../../contracts/leases/lease-messages.ts";
import { lookAtLease } from "../../../db/leases/credential-expiry.ts";
import { quarantineCredential, releaseLease } from "../../../db/leases/credential-lease-calls.ts";
import { acquireLease, type AcquiredLease } from "../../../db/leases/credential-leases.ts";
import { getCredential } from "../../../db/leases/credential-view.ts";
import { enableCredential, forceRelease, removeCredential } from "../../../db/leases/qa-credentials.ts";
import {
  addCredentials,
  asked,
  claimOf,
  lease,
  limitKind,
  MAINTAINER,
  newKind,
  TTL_MS,
} from "../../support/leases/credential-leases.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const REST_MS = 600_000;
const changed = { ok: true, value: { changed: true } };

const database = useDatabase();
const api = useService(database, "api");
const worker = useService(database, "worker");
let kind: string;
let credentialId: string;

beforeEach(async () => {
  kind = newKind();
  await database.setClockOffset(0);
  [credentialId = ""] = await addCredentials(api, kind);
});

/** A lease whose time is over. */
async function ranOut(asking: Parameters<typeof asked>[1] = {}): Promise<AcquiredLease> {
  const held = await lease(api, kind, asking);
  await database.setClockOffset(TTL_MS + 1_000);
  return held;
}
const look = ({ leaseId }: AcquiredLease) => worker.globally((tx) => lookAtLease(tx, { leaseId, credentialId }));
const change = () => ({ credentialId, admin: MAINTAINER });
const enable = () => api.globally((tx) => enableCredential(tx, change()));
const view = () => api.globally((tx) => getCredential(tx, credentialId));
const acquired = async () => (await acquireLease(api, asked(kind))).outcome;
const events = async () =>
  (
    await database.asOwner<{ type: string }>(
      "SELECT type FROM mosaic.credential_lease_events WHERE credential_id = $1 AND type <> 'acquire_failed' ORDER BY id",
      [credentialId],
    )
  ).map(({ type }) => type);
const endedMessages = async ({ leaseId }: AcquiredLease) =>
  (
    await database.asOwner<{ payload: unknown }>(
      "SELECT payload FROM mosaic.outbox WHERE subject = $1 AND topic = 'credential-lease.ended'",
      [`credential-lease:${leaseId}`],
    )
  ).map(({ payload }) => credentialLeaseMessageSchema.parse(payload));

describe("a maintainer enables a credential that rests after an expiry", () => {
  test.each(["recorded", "not recorded yet"])("it is leased at once: the expiry is %s", async (what) => {
    await limitKind(api, kind, { coolDownMs: REST_MS });
    const held = await ranOut();
    if (what === "recorded") await look(held);
    expect(await acquired()).toBe("exhausted");
    expect(await enable()).toMatchObject(changed);
    expect(await acquired()).toBe("leased");
    expect(await events()).toEqual(["acquire", "expired", "acquire"]);
  });

  test("a quarantine that was to come with the expiry is over, too", async () => {
    const held = await ranOut({ quarantineOnExpiry: true });
    expect(await enable()).toMatchObject(changed);
    expect(await acquired()).toBe("leased");
    expect(await events()).toEqual(["acquire", "expired", "quarantine", "acquire"]);
    expect(await look(held)).toMatchObject({ state: "expired", quarantined: true });
  });

  test("where nothing rests, nothing changes, but the end is recorded", async () => {
    await ranOut();
    expect(await enable()).toMatchObject({ ok: true, value: { changed: false } });
    expect(await events()).toEqual(["acquire", "expired"]);
  });
});

test("a longer rest for the kind does not bring free credentials back to rest", async () => {
  await look(await ranOut());
  await limitKind(api, kind, { coolDownMs: REST_MS });
  expect(await acquired()).toBe("leased");
});

describe("a lease is released late", () => {
  test("the expiry is recorded before, and the credential rests", async () => {
    await limitKind(api, kind, { coolDownMs: REST_MS });
    const held = await ranOut();
    expect(await releaseLease(api, claimOf(kind, held))).toMatchObject({ ok: true, value: { released: true } });
    expect(await events()).toEqual(["acquire", "expired", "release"]);
    const coolUntilMs = held.expiresAtMs + REST_MS;
    expect(await view()).toMatchObject({ status: "active", lease: null, coolUntilMs });
    expect(await endedMessages(held)).toMatchObject([{ how: "released", coolUntilMs }]);
    expect(await acquired()).toBe("exhausted");
  });

  test("if quarantine was requested, the answer is yes, and the credential is disabled", async () => {
    const held = await ranOut({ quarantineOnExpiry: true });
    expect((await releaseLease(api, claimOf(kind, held))).ok).toBe(true);
    expect((await releaseLease(api, claimOf(kind, held))).ok).toBe(true);
    expect(await view()).toMatchObject({ status: "disabled", quarantineReason: "CONTROLLER_LEASE_EXPIRED", lease: null });
    expect(await events()).toEqual(["acquire", "expired", "quarantine"]);
    // The workflow is told nothing: it finds the expiry by itself.
    expect(await endedMessages(held)).toEqual([]);
    expect(await look(held)).toMatchObject({ state: "expired", quarantined: true });
  });

  test("reported bad, it is out of use for that reason", async () => {
    const held = await ranOut({ quarantineOnExpiry: true });
    expect((await quarantineCredential(api, { ...claimOf(kind, held), reason: "logged out" })).ok).toBe(true);
    expect(await view()).toMatchObject({ status: "disabled", quarantineReason: "logged out", lease: null });
    expect(await events()).toEqual(["acquire", "expired", "quarantine"]);
  });
});

describe("a lease is released after a failed run", () => {
  test("the credential rests from then on, where its kind says so, and the workflow is told how long", async () => {
    await limitKind(api, kind, { coolDownMs: REST_MS });
    const held = await lease(api, kind);
    expect(await releaseLease(api, { ...claimOf(kind, held), failed: true })).toMatchObject({ ok: true });
    const rested = await view();
    expect(rested).toMatchObject({ status: "active", lease: null, coolUntilMs: (rested?.updatedAtMs ?? 0) + REST_MS });
    expect(await endedMessages(held)).toMatchObject([{ how: "released", coolUntilMs: rested?.coolUntilMs }]);
    expect(await acquired()).toBe("exhausted");
    expect(await events()).toEqual(["acquire", "release"]);
  });

  test("it is free at once, where its kind says nothing", async () => {
    await releaseLease(api, { ...claimOf(kind, await lease(api, kind)), failed: true });
    expect(await acquired()).toBe("leased");
  });
});

describe("a maintainer takes out or takes away what ran out", () => {
  test.each([
    ["removed", removeCredential, false, ["acquire", "expired"], "disabled"],
    ["removed, with quarantine", removeCredential, true, ["acquire", "expired", "quarantine"], "disabled"],
    ["taken away", forceRelease, false, ["acquire", "expired", "force_release"], "active"],
    ["taken away, with quarantine", forceRelease, true, ["acquire", "expired", "quarantine"], "disabled"],
  ] as const)("%s", async (_what, act, quarantineOnExpiry, wanted, status) => {
    const held = await ranOut({ quarantineOnExpiry });
    expect(await api.globally((tx) => act(tx, change()))).toMatchObject(changed);
    expect(await events()).toEqual(wanted);
    expect(await view()).toMatchObject({ status, lease: null });
    expect(await look(held)).toMatchObject({ state: "expired", quarantined: quarantineOnExpiry });
  });
});
