// Ends streams whose session, key or user is no longer valid: told by Postgres at once, asked every second while it cannot tell.
import type { Logger } from "pino";
import { ACCESS_REVOKED_CHANNEL } from "../../contracts/core/channels.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Database } from "../../db/core/database.ts";
import { findVoidCredentials, type Credential } from "../../db/core/admission.ts";

const RECHECK_EVERY_MS = 1_000;

export interface AccessWatch {
  /** `ended` aborts when the access does, with a FleetError UNAUTHENTICATED as its reason. Call `release` once at the end. */
  watch(access: Access): WatchedAccess;
  close(): Promise<void>;
}
interface Access {
  /** Who loses it when they are locked out: the person, or the agent and its owner. */
  readonly userIds: readonly string[];
  readonly credential: Credential;
}
export interface WatchedAccess {
  readonly ended: AbortSignal;
  release(): void;
}

interface Entry extends Access {
  readonly ending: AbortController;
}

/** Resolves when it listens; while the database is unavailable it asks instead. */
export async function createAccessWatch({ db, log }: { db: Database; log: Logger }): Promise<AccessWatch> {
  const entries = new Set<Entry>();

  async function recheck(): Promise<void> {
    if (entries.size === 0) return;
    try {
      const open = [...entries];
      const gone = await findVoidCredentials(
        db,
        open.map(({ credential }) => credential),
      );
      open.forEach((entry) => gone.has(entry.credential) && end(entry));
    } catch (err) {
      // While the database is unavailable nobody can revoke anything either; the listener's return asks again.
      log.warn({ event: "access_recheck_failed", err }, "open streams could not be checked");
    }
  }

  const stopListening = await db.listen(ACCESS_REVOKED_CHANNEL, (payload) => {
    if (payload === "") void recheck();
    for (const entry of entries) if (isAbout(entry, payload)) end(entry);
  });
  const timer = setInterval(() => {
    if (!db.isListening()) void recheck();
  }, RECHECK_EVERY_MS);
  timer.unref();

  return {
    watch({ userIds, credential }) {
      const entry = { userIds, credential, ending: new AbortController() };
      entries.add(entry);
      return { ended: entry.ending.signal, release: () => void entries.delete(entry) };
    },
    async close() {
      clearInterval(timer);
      await stopListening();
    },
  };
}

function end({ ending }: Entry): void {
  ending.abort(new FleetError("UNAUTHENTICATED", "Your access has ended. Sign in again."));
}

/** A session may be stored under an earlier pepper, so that every candidate counts. */
function isAbout({ userIds, credential }: Entry, payload: string): boolean {
  if (userIds.some((id) => payload === `user:${id}`)) return true;
  if (credential.carrier !== "session") return payload === `key:${credential.keyId}`;
  return credential.hashes.some((hash) => payload === `session:${hash.toString("hex")}`);
}
