// The timeline of a container: why something happened to it, and who asked for it (C5).
import { randomUUID } from "node:crypto";
import type { ContainerCause } from "../../contracts/agent-container.ts";
import type { Tenant } from "../../contracts/tenant.ts";
import type { TenantTransaction } from "../database.ts";
import { derivedId } from "../derived-id.ts";
import { ContainerEvent, type ContainerEventRow } from "../entities/agent-container.ts";

export interface NewContainerEvent {
  readonly cause: ContainerCause;
  /** A principal's id, or `system`. */
  readonly actor: string;
  readonly reason: string;
  /** Writes the event once, however often it is reported under this key: activities may run again. */
  readonly onceKey?: string;
}

/** Notes phase and generation as they stand; nothing happens when there is no container. */
export async function appendEvent(tx: TenantTransaction, event: NewContainerEvent): Promise<void> {
  await tx.sql(
    `INSERT INTO mosaic.container_events (id, tenant, container_id, cause, phase, actor, reason, generation)
     SELECT $2, tenant, id, $3, phase, $4, $5, generation FROM mosaic.agent_containers
      WHERE tenant = $1 AND retired_at IS NULL ON CONFLICT (id) DO NOTHING`,
    [
      tx.tenant,
      event.onceKey === undefined ? randomUUID() : idOf(tx.tenant, event.onceKey),
      event.cause,
      event.actor,
      event.reason,
    ],
  );
}

/** What was reported under this key; null when nothing was. */
export async function findEvent(tx: TenantTransaction, onceKey: string): Promise<ContainerEventRow | null> {
  return tx.em.findOne(ContainerEvent, { id: idOf(tx.tenant, onceKey), tenant: tx.tenant }, { disableIdentityMap: true });
}

/** Newest first. */
export async function listEvents(tx: TenantTransaction, limit: number): Promise<ContainerEventRow[]> {
  return tx.em.find(
    ContainerEvent,
    { tenant: tx.tenant },
    { orderBy: { at: "desc", id: "desc" }, limit, disableIdentityMap: true },
  );
}

function idOf(tenant: Tenant, onceKey: string): string {
  return derivedId(`${tenant}/${onceKey}`);
}
