// Pools of credentials in figures, for metrics: everything in one statement at each scrape.
import type { Database } from "../core/database.ts";
import { CLOCK, IS_WAITING, STATE } from "./credential-sql.ts";

/** Kinds beyond this many, the smallest, are counted together: labels of metrics must not grow without bound. */
const KINDS_MAX = 100;
export const OTHER_KINDS = "other";

export interface PoolFigures {
  /** A kind, or `other`. */
  readonly kind: string;
  /** By `free` or UNAVAILABLE_REASONS. */
  readonly credentials: Readonly<Record<string, number>>;
  readonly waiters: number;
  /** Of those who wait now; 0 when nobody does. */
  readonly longestWaitSeconds: number;
  /** Of the leases that are held now; 0 when there are none. */
  readonly longestHoldSeconds: number;
  readonly expiriesInLastHour: number;
}

const FIGURES = `
WITH ${CLOCK},
  credentials AS (
    SELECT c.kind, ${STATE} AS state, extract(epoch FROM clock.now - c.lease_acquired_at) AS held_for
      FROM mosaic.qa_credentials c, clock),
  named AS (SELECT kind FROM credentials GROUP BY kind ORDER BY count(*) DESC, kind LIMIT ${KINDS_MAX}),
  facts AS (
    SELECT kind, state, 1 AS credentials, 0 AS waiters, 0 AS waited, CASE WHEN state = 'leased' THEN held_for END AS held, 0 AS expiries
      FROM credentials
    UNION ALL
    SELECT w.kind, NULL, 0, 1, extract(epoch FROM clock.now - w.enqueued_at), NULL, 0
      FROM mosaic.credential_waiters w, clock WHERE ${IS_WAITING}
    UNION ALL
    SELECT e.kind, NULL, 0, 0, 0, NULL, 1 FROM mosaic.credential_lease_events e, clock
     WHERE e.occurred_at > clock.now - interval '1 hour' AND e.type = 'expired'),
  labelled AS (SELECT coalesce(named.kind, '${OTHER_KINDS}') AS label, facts.* FROM facts LEFT JOIN named USING (kind)),
  states AS (
    SELECT label, jsonb_object_agg(state, n) AS by_state
      FROM (SELECT label, state, sum(credentials)::integer AS n FROM labelled WHERE state IS NOT NULL GROUP BY label, state) s GROUP BY label)
SELECT l.label AS kind, coalesce(max(states.by_state::text)::jsonb, '{}') AS credentials, sum(l.waiters)::integer AS waiters,
       coalesce(max(l.waited), 0)::float8 AS "longestWaitSeconds", coalesce(max(l.held), 0)::float8 AS "longestHoldSeconds",
       sum(l.expiries)::integer AS "expiriesInLastHour"
  FROM labelled l LEFT JOIN states USING (label) GROUP BY l.label`;

/** Role api. */
export async function poolFigures(database: Database): Promise<PoolFigures[]> {
  return await database.autocommit.sql<PoolFigures>(FIGURES);
}
