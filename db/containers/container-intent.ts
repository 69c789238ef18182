// container_intents: what someone asked of a tenant's container, and whether it was done. Fleet kind.
import { defineEntity, p } from "@mikro-orm/core";
import type { ContainerReason } from "../../contracts/containers/container-reasons.ts";
import type { IntentKind } from "../../contracts/containers/container-intents.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { createdAt, timestamp } from "../core/columns.ts";

export const ContainerIntent = defineEntity({
  name: "ContainerIntent",
  tableName: "container_intents",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    tenant: p.text().$type<Tenant>(),
    kind: p.text().$type<IntentKind>(),
    /** A principal's id, or `system`. */
    requestedBy: p.text(),
    reason: p.json<ContainerReason>().strictNullable(),
    /** The newest start at the time of the request; a removal does not apply to what a later start created. */
    generation: p.integer(),
    requestedAt: createdAt(),
    doneAt: timestamp().strictNullable(),
    /** Which stop or start did it, so that a repeated attempt recognises its own work. */
    doneBy: p.text().strictNullable(),
  },
  indexes: [{ properties: ["tenant", "requestedAt"] }],
});
