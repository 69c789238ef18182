// Kinds of credentials: their limits beyond the contract, and the state of their pools.
import { CREDENTIAL_CHANNEL } from "../../contracts/core/channels.ts";
import type { PoolStatus } from "../../contracts/leases/credential-broker.ts";
import {
  WAIT_LIMITS,
  type BrokerRole,
  type ExhaustionReason,
  type KindLimits,
} from "../../contracts/leases/credential-lease.ts";
import { exhaustionReason, type PoolCounts } from "../../domain/leases/credential-pool.ts";
import type { Database, GlobalTransaction, Statements } from "../core/database.ts";
import { appendCredentialAdminEvent } from "./credential-events.ts";
import { AVAILABLE_AT, CLOCK, isUuid, IS_WAITING, STATE } from "./credential-sql.ts";
import type { CredentialAdmin } from "./credential-events.ts";

const NO_LIMITS: KindLimits = { maxLeaseTtlMs: null, maxLifetimeMs: null, coolDownMs: null, maxLeases: null };
const LIMIT_COLUMNS = `max_lease_ttl_ms AS "maxLeaseTtlMs", max_lifetime_ms AS "maxLifetimeMs", cool_down_ms AS "coolDownMs",
  max_leases AS "maxLeases"`;

/** All null for a kind without a row. */
export async function readKindLimits(tx: GlobalTransaction, kind: string): Promise<KindLimits> {
  const [row] = await tx.sql<KindLimits>(`SELECT ${LIMIT_COLUMNS} FROM mosaic.credential_kinds WHERE kind = $1`, [kind]);
  return row ?? NO_LIMITS;
}

/** What is undefined stays as it is. */
export type KindLimitsChange = { readonly [Name in keyof KindLimits]?: KindLimits[Name] | undefined };

/** Changes what is given, leaves the rest; leaves an admin event. Resolves to the limits as they are now. */
export async function setKindLimits(
  tx: GlobalTransaction,
  input: { readonly kind: string; readonly limits: KindLimitsChange; readonly admin: CredentialAdmin },
): Promise<KindLimits> {
  const { kind, admin } = input;
  const limits = { ...(await readKindLimits(tx, kind)), ...withoutUndefined(input.limits) };
  await tx.sql(
    `WITH ${CLOCK}
     INSERT INTO mosaic.credential_kinds (kind, max_lease_ttl_ms, max_lifetime_ms, cool_down_ms, max_leases, updated_at)
     SELECT $1, $2, $3, $4, $5, clock.now FROM clock
     ON CONFLICT (kind) DO UPDATE SET max_lease_ttl_ms = excluded.max_lease_ttl_ms, max_lifetime_ms = excluded.max_lifetime_ms,
       cool_down_ms = excluded.cool_down_ms, max_leases = excluded.max_leases, updated_at = excluded.updated_at`,
    [kind, limits.maxLeaseTtlMs, limits.maxLifetimeMs, limits.coolDownMs, limits.maxLeases],
  );
  await appendCredentialAdminEvent(tx, { type: "kind_limits", admin, kind, message: JSON.stringify(limits) });
  await tx.sql("SELECT pg_notify($1, $2)", [CREDENTIAL_CHANNEL, kind]);
  return limits;
}

function withoutUndefined(limits: KindLimitsChange): Partial<KindLimits> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

type PoolRow = PoolCounts & KindLimits & { readonly kind: string; readonly nextExpiryMs: number | null };

const POOLS = `
WITH ${CLOCK},
  seen AS (
    SELECT c.kind, ${STATE} AS state, CASE WHEN ${AVAILABLE_AT} > clock.now THEN ${AVAILABLE_AT} END AS available_at
      FROM mosaic.qa_credentials c, clock WHERE $1::text IS NULL OR c.kind = $1),
  counted AS (
    SELECT kind, count(*) AS total, min(available_at) AS next_at,
           count(*) FILTER (WHERE state = 'free') AS free, count(*) FILTER (WHERE state = 'leased') AS leased,
           count(*) FILTER (WHERE state = 'disabled') AS disabled, count(*) FILTER (WHERE state = 'quarantined') AS quarantined,
           count(*) FILTER (WHERE state = 'expiry_pending') AS expiry_pending, count(*) FILTER (WHERE state = 'cooling_down') AS cooling_down
      FROM seen GROUP BY kind),
  waiting AS (SELECT w.kind, count(*) AS waiters FROM mosaic.credential_waiters w, clock WHERE ${IS_WAITING} GROUP BY w.kind),
  kinds AS (
    SELECT kind FROM counted UNION SELECT kind FROM waiting UNION SELECT kind FROM mosaic.credential_kinds
    UNION SELECT $1::text WHERE $1::text IS NOT NULL)
SELECT kinds.kind, coalesce(total, 0) AS total, coalesce(free, 0) AS free, coalesce(leased, 0) AS leased,
       coalesce(disabled, 0) AS disabled, coalesce(quarantined, 0) AS quarantined, coalesce(expiry_pending, 0) AS "expiryPending",
       coalesce(cooling_down, 0) AS "coolingDown", coalesce(waiters, 0) AS waiters,
       ceil(extract(epoch FROM next_at - clock.now) * 1000)::bigint AS "nextExpiryMs", ${LIMIT_COLUMNS}
  FROM kinds CROSS JOIN clock
  LEFT JOIN counted ON counted.kind = kinds.kind
  LEFT JOIN waiting ON waiting.kind = kinds.kind
  LEFT JOIN mosaic.credential_kinds limits ON limits.kind = kinds.kind
 WHERE $1::text IS NULL OR kinds.kind = $1 ORDER BY kinds.kind COLLATE "C"`;

/** One per kind that has a credential, a limit or a waiter; or only the requested kind, even if it has none of them. */
export async function poolStatus(tx: Statements, kind?: string): Promise<PoolStatus[]> {
  const rows = await tx.sql<PoolRow>(POOLS, [kind ?? null]);
  return rows.map((row) => ({
    kind: row.kind,
    total: row.total,
    free: row.free,
    unavailable: {
      disabled: row.disabled,
      quarantined: row.quarantined,
      leased: row.leased,
      expiry_pending: row.expiryPending,
      cooling_down: row.coolingDown,
    },
    waiters: row.waiters,
    exhausted: exhaustionReason(row, { standsBehindWaiters: true }),
    nextExpiryMs: row.nextExpiryMs,
    limits: {
      maxLeaseTtlMs: row.maxLeaseTtlMs,
      maxLifetimeMs: row.maxLifetimeMs,
      coolDownMs: row.coolDownMs,
      maxLeases: row.maxLeases,
    },
  }));
}

export interface WaiterView {
  readonly waiterId: string;
  readonly ownerId: string;
  readonly actorRole: BrokerRole;
  readonly actorId: string;
  readonly sinceMs: number;
}

/** In the order in which they are served; the first hundred. */
export async function listWaiters(tx: Statements, kind: string): Promise<WaiterView[]> {
  const rows = await tx.sql<Omit<WaiterView, "sinceMs"> & { readonly since: Date }>(
    `WITH ${CLOCK}
     SELECT w.id AS "waiterId", w.owner_id AS "ownerId", w.actor_role AS "actorRole", w.actor_id AS "actorId",
            w.enqueued_at AS since
       FROM mosaic.credential_waiters w, clock WHERE w.kind = $1 AND ${IS_WAITING} ORDER BY w.ticket LIMIT 100`,
    [kind],
  );
  return rows.map(({ since, ...waiter }) => ({ ...waiter, sinceMs: since.getTime() }));
}

/** Why an acquire got nothing, and when trying again makes sense. */
export interface Exhaustion {
  /** Null: by now there would be one. */
  readonly reason: ExhaustionReason | null;
  /** Milliseconds until the kind's next lease expires or cool-down ends; null: neither will happen. */
  readonly nextExpiryMs: number | null;
  /**
   * Milliseconds after which trying again makes sense although nothing was notified: then a lease expires, a credential
   * has rested, or a waiter before is forgotten. Null: only a notification can help.
   */
  readonly tryAgainMs: number | null;
}

/** For callers that requested more than the contract gives. `waiterId`: absent for a caller that does not wait. */
export async function explainExhaustion(
  database: Database,
  asked: { readonly kind: string; readonly waiterId?: string | undefined },
): Promise<Exhaustion> {
  const [pool] = await database.autocommit.sql<PoolRow>(POOLS, [asked.kind]);
  const waiterId = asked.waiterId !== undefined && isUuid(asked.waiterId) ? asked.waiterId : null;
  const [ahead] = await database.autocommit.sql<{ forgottenMs: number | null }>(
    `WITH ${CLOCK}
     SELECT ceil(extract(epoch FROM min(w.last_seen_at) + interval '${WAIT_LIMITS.liveMs} milliseconds' - clock.now) * 1000)::bigint AS "forgottenMs"
       FROM clock LEFT JOIN mosaic.credential_waiters w ON w.kind = $1 AND ${IS_WAITING}
        AND w.ticket < coalesce((SELECT me.ticket FROM mosaic.credential_waiters me WHERE me.id = $2::uuid), 9223372036854775807)
      GROUP BY clock.now`,
    [asked.kind, waiterId],
  );
  if (pool === undefined) throw new Error("the requested kind is always among the pools");
  const moments = [pool.nextExpiryMs, ahead?.forgottenMs ?? null].filter((ms) => ms !== null);
  return {
    reason: exhaustionReason(pool, { standsBehindWaiters: waiterId === null }),
    nextExpiryMs: pool.nextExpiryMs,
    tryAgainMs: moments.length === 0 ? null : Math.max(1, Math.min(...moments)),
  };
}
