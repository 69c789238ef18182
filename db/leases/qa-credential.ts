// qa_credentials, their payload chunks and kinds: what CI leases, with the lease in the row. Global.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { BrokerRole, CredentialStatus } from "../../contracts/leases/credential-lease.ts";
import { timestamp } from "../core/columns.ts";

/** All times have whole milliseconds, of one reading of the clock per statement: equality at the expiry decides. */
export const QaCredential = defineEntity({
  name: "QaCredential",
  tableName: "qa_credentials",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    kind: p.text(),
    status: p.text().$type<CredentialStatus>(),
    note: p.text().strictNullable(),
    /** Part of the chunks' key: who reads one revision never gets a piece of another. */
    payloadRevision: p.integer().default(1),
    /** Of the ASCII text. */
    payloadLength: p.integer(),
    chunkCount: p.integer(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    /** The epoch: never. */
    lastLeasedAt: timestamp(),
    quarantinedAt: timestamp().strictNullable(),
    quarantineReason: p.text().strictNullable(),
    coolUntil: timestamp().strictNullable(),
    /** Rises with every lease. */
    fence: p.bigint("number").default(0),
    leaseId: p.uuid().strictNullable(),
    leaseOwnerId: p.text().strictNullable(),
    leaseActorRole: p.text().$type<BrokerRole>().strictNullable(),
    leaseActorId: p.text().strictNullable(),
    leaseTokenHash: p.blob().strictNullable(),
    leaseAcquiredAt: timestamp().strictNullable(),
    leaseHeartbeatAt: timestamp().strictNullable(),
    leaseExpiresAt: timestamp().strictNullable(),
    leaseMustEndAt: timestamp().strictNullable(),
    leaseQuarantineOnExpiry: p.boolean().default(false),
    leasePayloadRevision: p.integer().strictNullable(),
    leaseChunkCount: p.integer().strictNullable(),
    /** From then on the lease is over, whatever the clock says afterwards. */
    expiryRecordedAt: timestamp().strictNullable(),
  },
  indexes: [{ properties: ["kind", "lastLeasedAt", "id"] }],
});
export type QaCredentialRow = InferEntity<typeof QaCredential>;

export const QaCredentialPayloadChunk = defineEntity({
  name: "QaCredentialPayloadChunk",
  tableName: "qa_credential_payload_chunks",
  schema: "mosaic",
  properties: {
    credentialId: p.uuid().primary(),
    revision: p.integer().primary(),
    chunkIndex: p.integer().primary(),
    sealed: p.text(),
  },
});

/** Limits beyond the contract; null is off. */
export const CredentialKind = defineEntity({
  name: "CredentialKind",
  tableName: "credential_kinds",
  schema: "mosaic",
  properties: {
    kind: p.text().primary(),
    maxLeaseTtlMs: p.integer().strictNullable(),
    maxLifetimeMs: p.bigint("number").strictNullable(),
    coolDownMs: p.integer().strictNullable(),
    maxLeases: p.integer().strictNullable(),
    updatedAt: timestamp(),
  },
});

/** Request ids are good for one lease. */
export const CredentialProofRequest = defineEntity({
  name: "CredentialProofRequest",
  tableName: "credential_proof_requests",
  schema: "mosaic",
  properties: {
    requestId: p.text().primary(),
    kind: p.text(),
    ownerId: p.text(),
    credentialId: p.uuid(),
    claimedAt: timestamp().index(),
  },
});
