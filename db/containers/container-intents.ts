// What someone asked of a container: recorded with its event in the timeline, read again before anything is ended.
import { randomUUID } from "node:crypto";
import type { ContainerCause } from "../../contracts/containers/agent-container.ts";
import type { AskedBy, IntentKind } from "../../contracts/containers/container-intents.ts";
import type { ContainerReason } from "../../contracts/containers/container-reasons.ts";
import type { GlobalTransaction, TenantTransaction } from "../core/database.ts";
import { appendEvent, reasonColumn } from "./container-events.ts";
import { readGeneration } from "./containers.ts";
import { tellContainer } from "./container-outbox.ts";

const CAUSE_OF: Readonly<Record<IntentKind, ContainerCause>> = {
  restart: "restart_requested",
  stop: "stop_requested",
  retire: "retired",
};

export interface NewIntent {
  readonly kind: IntentKind;
  /** A principal's id, or `system`. */
  readonly by: string;
  readonly reason: ContainerReason | null;
}

/** Records it and what the timeline shows of it. Gives its id. */
export async function recordIntent(tx: TenantTransaction, { kind, by, reason }: NewIntent): Promise<string> {
  const id = randomUUID();
  await tx.sql(
    "INSERT INTO mosaic.container_intents (id, tenant, kind, requested_by, reason, generation) VALUES ($1, $2, $3, $4, $5::jsonb, $6)",
    [id, tx.tenant, kind, by, reasonColumn(reason), await readGeneration(tx)],
  );
  await appendEvent(tx, { cause: CAUSE_OF[kind], actor: by, reason, onceKey: `intent/${id}` });
  return id;
}

/** The same, and its workflow is told after the commit. */
export async function askContainer(tx: TenantTransaction, intent: NewIntent): Promise<void> {
  await tellContainer(tx, { topic: `container.${intent.kind}`, intentId: await recordIntent(tx, intent) });
}

export interface ContainerIntentFacts extends AskedBy {
  readonly id: string;
  readonly generation: number;
  readonly isDone: boolean;
  /** Which stop or start did it. */
  readonly doneBy: string | null;
}

/** Null: nobody requested it. An id of another tenant, or of another kind, counts as unknown. */
export async function findIntent(
  tx: TenantTransaction,
  { id, kind }: { readonly id: string; readonly kind: IntentKind },
): Promise<ContainerIntentFacts | null> {
  const [row] = await tx.sql<ContainerIntentFacts & Record<string, unknown>>(
    `SELECT i.id, i.requested_by AS by, u.name AS "byName", i.reason, i.generation, i.done_at IS NOT NULL AS "isDone",
            i.done_by AS "doneBy"
       FROM mosaic.container_intents i LEFT JOIN mosaic.users u ON u.id::text = i.requested_by
      WHERE i.tenant = $1 AND i.id::text = $2 AND i.kind = $3`,
    [tx.tenant, id, kind],
  );
  return row ?? null;
}

/** The newest open one since then; null when there is none. */
export async function findOpenIntent(
  tx: TenantTransaction,
  { kind, since }: { readonly kind: IntentKind; readonly since: Date },
): Promise<string | null> {
  const [row] = await tx.sql<{ id: string }>(
    `SELECT id FROM mosaic.container_intents
      WHERE tenant = $1 AND kind = $2 AND done_at IS NULL AND requested_at >= $3 ORDER BY requested_at DESC LIMIT 1`,
    [tx.tenant, kind, since],
  );
  return row?.id ?? null;
}

export interface OpenIntent {
  readonly kind: IntentKind;
  readonly id: string;
}

/** In the order they were requested, without those that were meant for an earlier container. */
export async function listOpenIntents(tx: TenantTransaction): Promise<OpenIntent[]> {
  return tx.sql<OpenIntent & Record<string, unknown>>(
    `SELECT kind, id FROM mosaic.container_intents
      WHERE tenant = $1 AND done_at IS NULL AND generation = $2 ORDER BY requested_at`,
    [tx.tenant, await readGeneration(tx)],
  );
}

/**
 * Marks it done by the stop or start that `doneBy` names, and with it the restarts and stops that were requested before it; a
 * removal is never done by anything else.
 */
export async function completeIntent(
  tx: TenantTransaction,
  { id, doneBy }: { readonly id: string; readonly doneBy: string },
): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.container_intents SET done_at = mosaic.now(), done_by = $3
      WHERE tenant = $1 AND done_at IS NULL AND (id::text = $2 OR (kind <> 'retire' AND requested_at <
        (SELECT requested_at FROM mosaic.container_intents WHERE tenant = $1 AND id::text = $2)))`,
    [tx.tenant, id, doneBy],
  );
}

/** A new start fulfils every restart that was requested before it. */
export async function completeRestarts(tx: TenantTransaction, doneBy: string): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.container_intents SET done_at = mosaic.now(), done_by = $2
      WHERE tenant = $1 AND kind = 'restart' AND done_at IS NULL`,
    [tx.tenant, doneBy],
  );
}

/** Removes those that were done `days` ago. Role fleet. */
export async function purgeDoneIntents(tx: GlobalTransaction, days: number): Promise<void> {
  await tx.sql("DELETE FROM mosaic.container_intents WHERE done_at < mosaic.now() - make_interval(days => $1)", [days]);
}
