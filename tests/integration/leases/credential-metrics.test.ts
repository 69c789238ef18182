// The figures of the credential pools as a monitoring system reads them: what a few calls leave in /metrics, by kind.
import { lookAtLease } from "../../../db/leases/credential-expiry.ts";
import { claimOf, useBroker } from "../../support/leases/credential-broker.ts";
import { stopClock } from "../../support/leases/credential-clock.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const TTL_MS = 60_000;
const broker = useBroker();

/** Every series of the broker with its labels, e.g. `mosaic_credentials{kind="a",state="free"}`. */
async function scrape(): Promise<Record<string, number>> {
  const text = await (await fetch(`${broker.api.url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith("mosaic_credential"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

async function expire(kind: string): Promise<void> {
  const worker = await broker.database.openAs("worker");
  await broker.database.setClockOffset(2 * TTL_MS);
  const leases = await broker.database.asOwner<{ leaseId: string; credentialId: string }>(
    `SELECT lease_id AS "leaseId", id AS "credentialId" FROM mosaic.qa_credentials WHERE kind = $1 AND lease_id IS NOT NULL`,
    [kind],
  );
  for (const lease of leases) await worker.globally((tx) => lookAtLease(tx, lease));
}

test("a pool's states, its holds and its waits are told by kind, and another kind's are its own", async () => {
  const clock = await stopClock(broker.database, Date.now());
  await broker.add("blue", 4);
  await broker.add("red", 1);
  const [given, bad] = [await broker.acquire("blue"), await broker.acquire("blue")];
  await broker.ok("/release", claimOf(given));
  await broker.ok("/quarantine", { ...claimOf(bad), reason: "logged out" });
  await broker.acquire("blue", "holder", { leaseTtlMs: TTL_MS });
  const red = await broker.acquire("red");
  const waiting = broker.acquireInTurn({ kind: "red", ownerId: "patient", actorRole: "ci" });
  await waitFor(async () => (await scrape())[`mosaic_credential_waiters{kind="red"}`] === 1, {
    timeoutMs: 60_000,
    what: "the one who waits is counted",
  });
  await clock.advance(1_000);
  const whileWaiting = await scrape();
  expect(whileWaiting[`mosaic_credential_longest_wait_seconds{kind="red"}`]).toBe(1);
  expect(whileWaiting).toMatchObject({
    [`mosaic_credentials{kind="blue",state="free"}`]: 2,
    [`mosaic_credentials{kind="blue",state="leased"}`]: 1,
    [`mosaic_credentials{kind="blue",state="quarantined"}`]: 1,
    [`mosaic_credentials{kind="red",state="leased"}`]: 1,
    [`mosaic_credential_waiters{kind="blue"}`]: 0,
    [`mosaic_credential_hold_seconds_count{kind="blue"}`]: 2,
    [`mosaic_credential_expiries_last_hour{kind="blue"}`]: 0,
  });
  expect(whileWaiting[`mosaic_credential_longest_hold_seconds{kind="blue"}`]).toBe(1);
  expect(whileWaiting).not.toHaveProperty([`mosaic_credential_wait_seconds_count{kind="red"}`]);

  await broker.ok("/release", claimOf(red));
  await waiting;
  const served = await scrape();
  expect(served).toMatchObject({
    [`mosaic_credential_waiters{kind="red"}`]: 0,
    [`mosaic_credential_wait_seconds_count{kind="red"}`]: 1,
    [`mosaic_credential_hold_seconds_count{kind="red"}`]: 1,
  });
  expect(served[`mosaic_credential_wait_seconds_sum{kind="red"}`]).toBe(1);
  expect(served).not.toHaveProperty([`mosaic_credential_wait_seconds_count{kind="blue"}`]);
}, 240_000);

test("a lease that nobody gave back is counted as an expiry, and its credential as resting where the kind says so", async () => {
  await broker.add("green", 2);
  await broker.ok("/admin/kind-limits", { kind: "green", limits: { coolDownMs: 600_000 } });
  await broker.acquire("green", "dies", { leaseTtlMs: TTL_MS });
  await expire("green");
  expect(await scrape()).toMatchObject({
    [`mosaic_credential_expiries_last_hour{kind="green"}`]: 1,
    [`mosaic_credentials{kind="green",state="cooling_down"}`]: 1,
    [`mosaic_credentials{kind="green",state="free"}`]: 1,
    [`mosaic_credential_longest_hold_seconds{kind="green"}`]: 0,
  });
});
