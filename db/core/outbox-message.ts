// outbox: intents committed with the change they belong to, relayed to Temporal afterwards. No secrets. Fleet kind, but
// for messages about leases, which belong to no tenant.
import { defineEntity, p } from "@mikro-orm/core";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { createdAt, timestamp } from "./columns.ts";

export const OutboxRow = defineEntity({
  name: "OutboxRow",
  tableName: "outbox",
  schema: "mosaic",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    subject: p.text(),
    tenant: p.text().$type<Tenant>().strictNullable(),
    topic: p.text(),
    payload: p.json<unknown>(),
    createdAt: createdAt(),
    sentAt: timestamp().strictNullable(),
    attempts: p.integer().default(0),
    nextAttemptAt: timestamp().defaultRaw("mosaic.now()"),
    lastError: p.text().strictNullable(),
  },
});
