// outbox: intents committed with the change they belong to, relayed to Temporal afterwards. Fleet kind, no secrets.
import { defineEntity, p } from "@mikro-orm/core";
import type { Tenant } from "../../contracts/tenant.ts";
import { createdAt, timestamp } from "./columns.ts";

export const OutboxRow = defineEntity({
  name: "OutboxRow",
  tableName: "outbox",
  schema: "mosaic",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    tenant: p.text().$type<Tenant>(),
    topic: p.text(),
    payload: p.json<unknown>(),
    createdAt: createdAt(),
    sentAt: timestamp().strictNullable(),
    attempts: p.integer().default(0),
    nextAttemptAt: timestamp().defaultRaw("mosaic.now()"),
    lastError: p.text().strictNullable(),
  },
});
