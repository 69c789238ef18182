// Failed sign-ins by (HMAC of name and address): after the fourth, doubling waits up to 15 minutes (A2).
import type { GlobalTransaction } from "../database.ts";

/** Misses without a wait; from the next one on 2^(n-5) seconds. */
const FREE_FAILURES = 4;
const WAIT_MAX_SECONDS = 15 * 60;
/** A subject that was quiet this long starts from nothing. */
const FORGET_AFTER_HOURS = 24;

/**
 * Counts an attempt as failed before its password is looked at, so that of many at once no more get through than one after
 * the other would. Gives the seconds to wait where it comes too early, and then counts nothing; else 0.
 */
export async function beginSignInAttempt(tx: GlobalTransaction, subject: Buffer): Promise<number> {
  const begun = await tx.sql(
    `INSERT INTO mosaic.sign_in_failures AS f (subject, failures, last_failed_at) VALUES ($1, 1, mosaic.now())
     ON CONFLICT (subject) DO UPDATE SET last_failed_at = mosaic.now(),
       failures = CASE WHEN f.last_failed_at < mosaic.now() - make_interval(hours => $2) THEN 1 ELSE f.failures + 1 END
       WHERE f.locked_until IS NULL OR f.locked_until <= mosaic.now()
     RETURNING f.failures`,
    [subject, FORGET_AFTER_HOURS],
  );
  if (begun.length > 0) {
    await startSignInWait(tx, subject);
    return 0;
  }
  const [early] = await tx.sql<{ seconds: number }>(
    `SELECT greatest(1, ceil(extract(epoch FROM locked_until - mosaic.now())))::int AS seconds
       FROM mosaic.sign_in_failures WHERE subject = $1`,
    [subject],
  );
  return early?.seconds ?? 1;
}

/** The wait that follows the misses so far begins now; also once more when the attempt has failed in fact. Gives its seconds. */
export async function startSignInWait(tx: GlobalTransaction, subject: Buffer): Promise<number> {
  const [row] = await tx.sql<{ seconds: number }>(
    `WITH wait AS (
       SELECT failures, CASE WHEN failures <= $2 THEN 0 ELSE least($3, 2 ^ least(failures - $2 - 1, 30)) END::int AS seconds
         FROM mosaic.sign_in_failures WHERE subject = $1)
     UPDATE mosaic.sign_in_failures f SET locked_until = mosaic.now() + make_interval(secs => wait.seconds)
       FROM wait WHERE f.subject = $1 RETURNING wait.seconds`,
    [subject, FREE_FAILURES, WAIT_MAX_SECONDS],
  );
  return row?.seconds ?? 0;
}

/** After a success. */
export async function clearSignInFailures(tx: GlobalTransaction, subject: Buffer): Promise<void> {
  await tx.sql("DELETE FROM mosaic.sign_in_failures WHERE subject = $1", [subject]);
}
