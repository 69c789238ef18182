// audit_events: who did what to what, when, from where, with which outcome. Services may only insert.
import { defineEntity, p } from "@mikro-orm/core";
import { createdAt } from "../core/columns.ts";

export const AuditEvent = defineEntity({
  name: "AuditEvent",
  tableName: "audit_events",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    occurredAt: createdAt().index(),
    actorKind: p.text(),
    actorId: p.text().strictNullable(),
    actorName: p.text().strictNullable(),
    action: p.text(),
    targetKind: p.text().strictNullable(),
    targetId: p.text().strictNullable(),
    outcome: p.text(),
    remoteAddress: p.text().strictNullable(),
    requestId: p.text().strictNullable(),
    detail: p.json<unknown>().defaultRaw("'{}'"),
  },
});
