// The timeline of a container: what happened to it, why, and who requested it.
import { randomUUID } from "node:crypto";
import type { ContainerCause } from "../../contracts/containers/agent-container.ts";
import type { ContainerReason } from "../../contracts/containers/container-reasons.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { GlobalTransaction, TenantTransaction } from "../core/database.ts";
import { derivedId } from "../core/derived-id.ts";
import { ContainerEvent, type ContainerEventRow } from "./agent-container.ts";

export interface NewContainerEvent {
  readonly cause: ContainerCause;
  /** A principal's id, or `system`. */
  readonly actor: string;
  readonly reason: ContainerReason | null;
  /** Writes the event once, however often it is reported under this key: activities may run again. */
  readonly onceKey?: string;
}

/** Notes phase and generation as they stand; nothing happens when there is no container. */
export async function appendEvent(tx: TenantTransaction, event: NewContainerEvent): Promise<void> {
  await tx.sql(
    `INSERT INTO mosaic.container_events (id, tenant, container_id, cause, phase, actor, reason, generation)
     SELECT $2, tenant, id, $3, phase, $4, $5::jsonb, generation FROM mosaic.agent_containers
      WHERE tenant = $1 AND retired_at IS NULL ON CONFLICT (id) DO NOTHING`,
    [
      tx.tenant,
      event.onceKey === undefined ? randomUUID() : idOf(tx.tenant, event.onceKey),
      event.cause,
      event.actor,
      reasonColumn(event.reason),
    ],
  );
}

/** What was reported under this key; null when nothing was. */
export async function findEvent(tx: TenantTransaction, onceKey: string): Promise<ContainerEventRow | null> {
  return tx.em.findOne(ContainerEvent, { id: idOf(tx.tenant, onceKey), tenant: tx.tenant }, { disableIdentityMap: true });
}

export interface NamedContainerEvent {
  readonly event: ContainerEventRow;
  /** Of the person or agent who asked; null when it was the system, or nobody who is still known. */
  readonly actorName: string | null;
}

/** Newest first. */
export async function listEvents(tx: TenantTransaction, limit: number): Promise<ContainerEventRow[]> {
  return readEvents(tx, { tenant: tx.tenant, limit });
}

/** Newest first, with the names of those who asked. */
export async function listNamedEvents(tx: GlobalTransaction, which: EventsOf): Promise<NamedContainerEvent[]> {
  const events = await readEvents(tx, which);
  const people = await tx.sql<{ id: string; name: string }>(
    `SELECT id::text AS id, name FROM mosaic.users WHERE id::text = ANY ($1::text[])
      UNION ALL SELECT id::text, handle FROM mosaic.agent_users WHERE id::text = ANY ($1::text[])`,
    [[...new Set(events.map(({ actor }) => actor))]],
  );
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return events.map((event) => ({ event, actorName: names.get(event.actor) ?? null }));
}

interface EventsOf {
  readonly tenant: Tenant;
  readonly limit: number;
}

async function readEvents(tx: GlobalTransaction, { tenant, limit }: EventsOf): Promise<ContainerEventRow[]> {
  return tx.em.find(ContainerEvent, { tenant }, { orderBy: { at: "desc", id: "desc" }, limit, disableIdentityMap: true });
}

/** As a parameter of type jsonb. */
export function reasonColumn(reason: ContainerReason | null): string | null {
  return reason === null ? null : JSON.stringify(reason);
}

function idOf(tenant: Tenant, onceKey: string): string {
  return derivedId(`${tenant}/${onceKey}`);
}
