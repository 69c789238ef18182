// An independent reader of the event log of leases: it knows the table and what the clients were told, nothing else.
import { z } from "zod";
import type { TestDatabase } from "../core/database.ts";

const rowSchema = z.object({
  id: z.coerce.number(),
  type: z.string(),
  at: z.date().transform((at) => at.getTime()),
  credential: z.string(),
  lease: z.string(),
  fence: z.coerce.number(),
  owner: z.string(),
  expiresAt: z.date().transform((at) => at.getTime()),
});
export type LogEntry = z.infer<typeof rowSchema>;

/** What a client was told and must be able to rely on. */
export interface Acknowledged {
  readonly call: "acquire" | "heartbeat" | "release";
  readonly credential: string;
  readonly fence: number;
  readonly owner: string;
  /** Until when it may use the credential; of a release: as it was promised last. */
  readonly expiresAt: number;
  /** The database's time when the answer was there. */
  readonly at: number;
}

const ENDS = ["release", "quarantine", "expired", "force_release"];

export async function readLeaseLog(database: TestDatabase): Promise<LogEntry[]> {
  const rows = await database.asOwner(
    `SELECT id, type, occurred_at AS at, credential_id AS credential, lease_id AS lease, fence, owner_id AS owner,
            expires_at AS "expiresAt"
       FROM mosaic.credential_lease_events WHERE credential_id IS NOT NULL ORDER BY id`,
  );
  return z.array(rowSchema).parse(rows);
}

/** Every contradiction, in words; empty when there is none. */
export function contradictions(log: readonly LogEntry[], told: readonly Acknowledged[]): string[] {
  const credentials = new Map<string, LogEntry[]>();
  for (const entry of log) credentials.set(entry.credential, [...(credentials.get(entry.credential) ?? []), entry]);
  const inLog = [...credentials.values()].flatMap(contradictionsOfOne);
  return [
    ...inLog,
    ...told.flatMap((acknowledged) => brokenPromise(credentials.get(acknowledged.credential) ?? [], acknowledged)),
  ];
}

/** A lease begins only after the one before has ended, with a higher fence; an end belongs to the lease at hand. */
function contradictionsOfOne(entries: readonly LogEntry[]): string[] {
  const found: string[] = [];
  let held: LogEntry | null = null;
  let fence = 0;
  for (const entry of entries) {
    if (entry.type === "acquire") {
      if (held !== null) found.push(`${entry.credential}: lease ${entry.fence} began while ${held.fence} had not ended`);
      if (entry.fence <= fence) found.push(`${entry.credential}: the fence fell from ${fence} to ${entry.fence}`);
      [held, fence] = [entry, entry.fence];
    } else if (ENDS.includes(entry.type)) {
      if (entry.fence !== fence) found.push(`${entry.credential}: ${entry.type} of ${entry.fence} during lease ${fence}`);
      if (entry.type === "expired" && entry.at < entry.expiresAt) {
        found.push(`${entry.credential}: lease ${entry.fence} was called expired before its time`);
      }
      held = null;
    }
  }
  return found;
}

function brokenPromise(entries: readonly LogEntry[], promise: Acknowledged): string[] {
  const { call, credential, fence, owner, expiresAt, at } = promise;
  const own = entries.filter((entry) => entry.fence === fence && entry.owner === owner);
  if (!own.some((entry) => entry.type === "acquire")) return [`${credential}: lease ${fence} of ${owner} is not in the log`];
  const released = own.some((entry) => entry.type === "release");
  // A release that comes too late is answered with yes when there is no lease any more; one that came in time ended it.
  const ended = released || (expiresAt < at && own.some((entry) => entry.type === "expired"));
  if (call === "release") return ended ? [] : [`${credential}: the release of lease ${fence} is lost`];
  const next = entries.find((entry) => entry.type === "acquire" && entry.fence > fence);
  const isTakenTooEarly = !released && next !== undefined && next.at < expiresAt;
  return isTakenTooEarly
    ? [`${credential}: lease ${fence} was promised until ${expiresAt}, ${next.fence} began at ${next.at}`]
    : [];
}
