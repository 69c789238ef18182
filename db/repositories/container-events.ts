// The timeline of a container: why something happened to it, and who asked for it (C5).
import { createHash, randomUUID } from "node:crypto";
import type { ContainerCause } from "../../contracts/agent-container.ts";
import type { TenantTransaction } from "../database.ts";
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
      event.onceKey === undefined ? randomUUID() : idFor(`${tx.tenant}/${event.onceKey}`),
      event.cause,
      event.actor,
      event.reason,
    ],
  );
}

/** Newest first. */
export async function listEvents(tx: TenantTransaction, limit: number): Promise<ContainerEventRow[]> {
  return tx.em.find(
    ContainerEvent,
    { tenant: tx.tenant },
    { orderBy: { at: "desc", id: "desc" }, limit, disableIdentityMap: true },
  );
}

/** A UUID of version 8 (RFC 9562: content of one's own) that is the same for the same key. */
function idFor(key: string): string {
  const hex = createHash("sha256").update(key).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
