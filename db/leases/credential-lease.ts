// Around the leases: who waits for one, what happened, which keys may ask. Global.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { BrokerRole, CredentialAdminEventType, LeaseEventType } from "../../contracts/leases/credential-lease.ts";
import { createdAt, timestamp } from "../core/columns.ts";

export const CredentialWaiter = defineEntity({
  name: "CredentialWaiter",
  tableName: "credential_waiters",
  schema: "mosaic",
  properties: {
    /** The order of arrival. */
    ticket: p.bigint("number").primary().autoincrement(),
    id: p.uuid().unique(),
    kind: p.text(),
    ownerId: p.text(),
    actorRole: p.text().$type<BrokerRole>(),
    actorId: p.text(),
    exclude: p.array<string>().defaultRaw("'{}'"),
    enqueuedAt: timestamp(),
    lastSeenAt: timestamp(),
  },
  indexes: [{ properties: ["kind", "ticket"] }],
});

export const CredentialLeaseEvent = defineEntity({
  name: "CredentialLeaseEvent",
  tableName: "credential_lease_events",
  schema: "mosaic",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    type: p.text().$type<LeaseEventType>(),
    occurredAt: timestamp().index(),
    kind: p.text(),
    credentialId: p.uuid().strictNullable(),
    leaseId: p.uuid().strictNullable(),
    fence: p.bigint("number").strictNullable(),
    ownerId: p.text().strictNullable(),
    actorRole: p.text().$type<BrokerRole>().strictNullable(),
    actorId: p.text().strictNullable(),
    expiresAt: timestamp().strictNullable(),
    code: p.text().strictNullable(),
    message: p.text().strictNullable(),
  },
  indexes: [{ properties: ["credentialId", "id"] }, { properties: ["kind", "id"] }],
});

export const CredentialAdminEvent = defineEntity({
  name: "CredentialAdminEvent",
  tableName: "credential_admin_events",
  schema: "mosaic",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    type: p.text().$type<CredentialAdminEventType>(),
    occurredAt: timestamp().index(),
    actorRole: p.text().$type<BrokerRole>(),
    actorId: p.text(),
    /** What the caller says of itself. */
    declaredId: p.text().strictNullable(),
    kind: p.text().strictNullable(),
    credentialId: p.uuid().strictNullable(),
    code: p.text().strictNullable(),
    message: p.text().strictNullable(),
  },
});

export const CredentialBrokerKey = defineEntity({
  name: "CredentialBrokerKey",
  tableName: "credential_broker_keys",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    keyId: p.text().unique(),
    name: p.text(),
    role: p.text().$type<BrokerRole>(),
    /** Null: all kinds. */
    kinds: p.array<string>().strictNullable(),
    hash: p.blob(),
    lastFour: p.text(),
    createdBy: p.uuid(),
    createdAt: createdAt(),
    expiresAt: timestamp().strictNullable(),
    revokedAt: timestamp().strictNullable(),
    lastUsedAt: timestamp().strictNullable(),
  },
});
export type CredentialBrokerKeyRow = InferEntity<typeof CredentialBrokerKey>;
