// Sign-ins by password as they are counted, over all processes: attempts under way, misses with their waits, guesses per name,
// and the networks that a name signed in from. Every subject is an HMAC; none says whether the name is someone's.
import { FleetError } from "../../contracts/core/errors.ts";
import type { GlobalTransaction } from "../core/database.ts";

/** Misses without a wait; from the next one on 2^(n-5) seconds. */
const FREE_FAILURES = 4;
const WAIT_MAX_SECONDS = 15 * 60;
/** A subject that was quiet this long starts from nothing. */
const FORGET_AFTER_HOURS = 24;
/** Longer than a comparison takes with a full queue before it. */
const PENDING_SECONDS = 120;
const BUDGET_WINDOW_SECONDS = 60;
const PLACE_KEPT_DAYS = 90;

const PENDING = "CASE WHEN f.pending_until > mosaic.now() THEN f.pending ELSE 0 END";
const FAILURES = "CASE WHEN f.last_failed_at < mosaic.now() - make_interval(hours => $2) THEN 0 ELSE f.failures END";

/**
 * Reserves an attempt. There are never more under way than misses left before the wait, so that of many at once no more get
 * through than one after the other would; and none counts as a miss before its password was found to be wrong.
 * False: those under way must end first; ask again in a moment.
 * @throws FleetError RATE_LIMITED with the seconds to wait
 */
export async function beginSignInAttempt(tx: GlobalTransaction, subject: Buffer): Promise<boolean> {
  const begun = await tx.sql(
    `INSERT INTO mosaic.sign_in_failures AS f (subject, failures, last_failed_at, pending, pending_until)
     VALUES ($1, 0, mosaic.now(), 1, mosaic.now() + make_interval(secs => $4))
     ON CONFLICT (subject) DO UPDATE SET failures = ${FAILURES}, pending = ${PENDING} + 1,
       pending_until = mosaic.now() + make_interval(secs => $4)
       WHERE (f.locked_until IS NULL OR f.locked_until <= mosaic.now()) AND ${PENDING} < greatest(1, $3 + 1 - ${FAILURES})
     RETURNING f.pending`,
    [subject, FORGET_AFTER_HOURS, FREE_FAILURES, PENDING_SECONDS],
  );
  if (begun.length > 0) return true;
  const [locked] = await tx.sql<{ seconds: number }>(
    `SELECT ceil(extract(epoch FROM locked_until - mosaic.now()))::int AS seconds
       FROM mosaic.sign_in_failures WHERE subject = $1 AND locked_until > mosaic.now()`,
    [subject],
  );
  if (locked === undefined) return false;
  throw new FleetError("RATE_LIMITED", "Too many failed attempts. Wait before the next one.", {
    retryAfterSeconds: Math.max(1, locked.seconds),
  });
}

/** The reserved attempt had a wrong password. Gives the seconds until the next one is accepted. */
export async function bookSignInMiss(tx: GlobalTransaction, subject: Buffer): Promise<number> {
  const wait = "CASE WHEN f.failures < $2 THEN 0 ELSE least($3, 2 ^ least(f.failures - $2, 30)) END";
  const [row] = await tx.sql<{ seconds: number }>(
    `INSERT INTO mosaic.sign_in_failures AS f (subject, failures, last_failed_at) VALUES ($1, 1, mosaic.now())
     ON CONFLICT (subject) DO UPDATE SET failures = f.failures + 1, pending = greatest(0, f.pending - 1),
       last_failed_at = mosaic.now(), locked_until = mosaic.now() + make_interval(secs => ${wait})
     RETURNING coalesce(extract(epoch FROM locked_until - mosaic.now()), 0)::int AS seconds`,
    [subject, FREE_FAILURES, WAIT_MAX_SECONDS],
  );
  return row?.seconds ?? 0;
}

/** The reserved attempt had the right password: earlier misses are forgotten. */
export async function clearSignInMisses(tx: GlobalTransaction, subject: Buffer): Promise<void> {
  const gone = await tx.sql("DELETE FROM mosaic.sign_in_failures WHERE subject = $1 AND pending <= 1 RETURNING 1 AS gone", [
    subject,
  ]);
  if (gone.length > 0) return;
  await tx.sql(
    `UPDATE mosaic.sign_in_failures SET failures = 0, locked_until = NULL, pending = greatest(0, pending - 1) WHERE subject = $1`,
    [subject],
  );
}

/** The reserved attempt ended before its password was compared. */
export async function releaseSignInAttempt(tx: GlobalTransaction, subject: Buffer): Promise<void> {
  await tx.sql("UPDATE mosaic.sign_in_failures SET pending = greatest(0, pending - 1) WHERE subject = $1", [subject]);
}

/** One guess of those that a name has in a minute. @throws FleetError RATE_LIMITED with the seconds until the minute is over */
export async function spendNameBudget(
  tx: GlobalTransaction,
  { subject, perMinute }: { readonly subject: Buffer; readonly perMinute: number },
): Promise<void> {
  const spent = await tx.sql(
    `INSERT INTO mosaic.sign_in_budgets AS b (subject, used, window_ends_at)
     VALUES ($1, 1, mosaic.now() + make_interval(secs => $3))
     ON CONFLICT (subject) DO UPDATE SET used = CASE WHEN b.window_ends_at <= mosaic.now() THEN 1 ELSE b.used + 1 END,
       window_ends_at = CASE WHEN b.window_ends_at <= mosaic.now() THEN excluded.window_ends_at ELSE b.window_ends_at END
       WHERE b.window_ends_at <= mosaic.now() OR b.used < $2
     RETURNING b.used`,
    [subject, perMinute, BUDGET_WINDOW_SECONDS],
  );
  if (spent.length > 0) return;
  const [row] = await tx.sql<{ seconds: number }>(
    `SELECT ceil(extract(epoch FROM window_ends_at - mosaic.now()))::int AS seconds FROM mosaic.sign_in_budgets WHERE subject = $1`,
    [subject],
  );
  throw new FleetError("RATE_LIMITED", "Too many attempts to sign in with this name. Try again later.", {
    retryAfterSeconds: Math.max(1, row?.seconds ?? 1),
  });
}

/** It was no guess: the password was right, or never compared. */
export async function refundNameBudget(tx: GlobalTransaction, subject: Buffer): Promise<void> {
  await tx.sql("UPDATE mosaic.sign_in_budgets SET used = used - 1 WHERE subject = $1 AND used > 0", [subject]);
}

/** Whether the name signed in from this network within the last 90 days. */
export async function isKnownPlace(tx: GlobalTransaction, subject: Buffer): Promise<boolean> {
  const rows = await tx.sql(
    `SELECT 1 AS known FROM mosaic.sign_in_places
      WHERE subject = $1 AND last_used_at > mosaic.now() - make_interval(days => $2)`,
    [subject, PLACE_KEPT_DAYS],
  );
  return rows.length > 0;
}

export async function notePlace(tx: GlobalTransaction, subject: Buffer): Promise<void> {
  await tx.sql(
    `INSERT INTO mosaic.sign_in_places (subject, last_used_at) VALUES ($1, mosaic.now())
     ON CONFLICT (subject) DO UPDATE SET last_used_at = excluded.last_used_at`,
    [subject],
  );
}

/** Removes what counts for nothing any more; role fleet. */
export async function purgeSignInAttempts(tx: GlobalTransaction): Promise<void> {
  await tx.sql("DELETE FROM mosaic.sign_in_failures WHERE last_failed_at < mosaic.now() - make_interval(hours => $1)", [
    FORGET_AFTER_HOURS,
  ]);
  await tx.sql("DELETE FROM mosaic.sign_in_budgets WHERE window_ends_at < mosaic.now()");
  await tx.sql("DELETE FROM mosaic.sign_in_places WHERE last_used_at < mosaic.now() - make_interval(days => $1)", [
    PLACE_KEPT_DAYS,
  ]);
}
