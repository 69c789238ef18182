// Failed sign-ins by (HMAC of name and address): after the fourth, doubling waits up to 15 minutes (A2).
import type { GlobalTransaction } from "../database.ts";

/** Misses without a wait; from the next one on 2^(n-5) seconds. */
const FREE_FAILURES = 4;
const WAIT_MAX_SECONDS = 15 * 60;
/** A subject that was quiet this long starts from nothing. */
const FORGET_AFTER_HOURS = 24;

/** Seconds until the next attempt is allowed; 0 when it is allowed now. */
export async function signInWaitSeconds(tx: GlobalTransaction, subject: Buffer): Promise<number> {
  const [row] = await tx.sql<{ seconds: number }>(
    `SELECT greatest(0, ceil(extract(epoch FROM locked_until - mosaic.now())))::int AS seconds
       FROM mosaic.sign_in_failures WHERE subject = $1 AND locked_until IS NOT NULL`,
    [subject],
  );
  return row?.seconds ?? 0;
}

/** Counts one more; returns the seconds to wait before the next attempt. */
export async function recordSignInFailure(tx: GlobalTransaction, subject: Buffer): Promise<number> {
  const [row] = await tx.sql<{ failures: number }>(
    `INSERT INTO mosaic.sign_in_failures AS f (subject, failures, last_failed_at) VALUES ($1, 1, mosaic.now())
     ON CONFLICT (subject) DO UPDATE SET last_failed_at = mosaic.now(),
       failures = CASE WHEN f.last_failed_at < mosaic.now() - make_interval(hours => $2) THEN 1 ELSE f.failures + 1 END
     RETURNING f.failures`,
    [subject, FORGET_AFTER_HOURS],
  );
  const failures = row?.failures ?? 1;
  const seconds = failures <= FREE_FAILURES ? 0 : Math.min(WAIT_MAX_SECONDS, 2 ** Math.min(failures - FREE_FAILURES - 1, 30));
  await tx.sql(
    "UPDATE mosaic.sign_in_failures SET locked_until = mosaic.now() + make_interval(secs => $2) WHERE subject = $1",
    [subject, seconds],
  );
  return seconds;
}

export async function clearSignInFailures(tx: GlobalTransaction, subject: Buffer): Promise<void> {
  await tx.sql("DELETE FROM mosaic.sign_in_failures WHERE subject = $1", [subject]);
}
