// Attempts to sign in as the database counts them: under way, missed, guesses of a name, places.
import {
  beginSignInAttempt,
  bookSignInMiss,
  clearSignInMisses,
  isKnownPlace,
  notePlace,
  purgeSignInAttempts,
  refundNameBudget,
  releaseSignInAttempt,
  spendNameBudget,
} from "../../../db/sign-in/sign-in-attempts.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const database = useDatabase();
const api = useService(database, "api");

afterEach(async () => {
  await database.setClockOffset(0);
});

describe("attempts with a name", () => {
  const LIMITED = { code: "RATE_LIMITED" };
  let subject: Buffer;
  let subjects = 0;
  beforeEach(() => {
    subject = Buffer.from(`subject ${(subjects += 1)}`);
  });
  const begin = (of = subject) => api.globally((tx) => beginSignInAttempt(tx, of));
  const miss = () => api.globally((tx) => bookSignInMiss(tx, subject));

  test("from the fifth miss on the waits are 1, 2, 4 … seconds up to 15 minutes; success forgets them", async () => {
    const waits: number[] = [];
    for (let count = 1; count <= 20; count += 1) {
      await database.stopClock(count * 16 * MINUTE_MS);
      expect(await begin()).toBe(true);
      waits.push(await miss());
    }
    expect(waits.slice(0, 8)).toEqual([0, 0, 0, 0, 1, 2, 4, 8]);
    expect(waits.at(-1)).toBe(900);
    await expect(begin()).rejects.toMatchObject({ ...LIMITED, retryAfterSeconds: 900 });
    expect(await begin(Buffer.from("another"))).toBe(true);
    await api.globally((tx) => clearSignInMisses(tx, subject));
    expect(await begin()).toBe(true);
  });

  test("under way are never more than the misses that are left, and one that ends makes room", async () => {
    expect([await miss(), await miss()]).toEqual([0, 0]);
    expect([await begin(), await begin(), await begin(), await begin()]).toEqual([true, true, true, false]);
    await api.globally((tx) => releaseSignInAttempt(tx, subject));
    expect([await begin(), await begin()]).toEqual([true, false]);
    // A right one among them: all misses before are forgotten, the others are still under way.
    await api.globally((tx) => clearSignInMisses(tx, subject));
    expect([await begin(), await begin(), await begin(), await begin()]).toEqual([true, true, true, false]);
  });

  test("what a dead process left under way is void after two minutes, and no miss", async () => {
    for (let count = 0; count < 5; count += 1) expect(await begin()).toBe(true);
    expect(await begin()).toBe(false);
    await database.setClockOffset(3 * MINUTE_MS);
    for (let count = 0; count < 5; count += 1) expect(await begin()).toBe(true);
  });

  test("a name has so many guesses a minute, and gets back what was none", async () => {
    const spend = () => api.globally((tx) => spendNameBudget(tx, { subject, perMinute: 2 }));
    await database.stopClock();
    await spend();
    await spend();
    await expect(spend()).rejects.toMatchObject({ ...LIMITED, retryAfterSeconds: 60 });
    await api.globally((tx) => refundNameBudget(tx, subject));
    await spend();
    await expect(spend()).rejects.toMatchObject(LIMITED);
    await database.stopClock(61_000);
    await spend();
  });

  test("a place is known for 90 days after its last use, and what is over is removed", async () => {
    const isKnown = () => api.globally((tx) => isKnownPlace(tx, subject));
    expect(await isKnown()).toBe(false);
    await api.globally((tx) => notePlace(tx, subject));
    await begin();
    await api.globally((tx) => spendNameBudget(tx, { subject, perMinute: 1 }));
    await database.setClockOffset(89 * 24 * HOUR_MS);
    expect(await isKnown()).toBe(true);
    await database.setClockOffset(91 * 24 * HOUR_MS);
    expect(await isKnown()).toBe(false);
    await (await database.openAs("fleet")).globally(purgeSignInAttempts);
    for (const table of ["sign_in_failures", "sign_in_budgets", "sign_in_places"])
      expect(await database.asOwner(`SELECT 1 FROM mosaic.${table} WHERE subject = $1`, [subject])).toEqual([]);
  });
});
