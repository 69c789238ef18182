// Intents that are committed with the change they belong to, and delivered to Temporal afterwards.
import { z } from "zod";
import { actorSchema } from "./agent-container.ts";

/** About a tenant: its container, or its person. The tenant stands beside the message and is its ordering key. */
export const tenantMessageSchema = z.discriminatedUnion("topic", [
  z.strictObject({ topic: z.literal("container.config-changed"), revision: z.number().int() }),
  z.strictObject({ topic: z.literal("container.ensure-running") }),
  z.strictObject({ topic: z.literal("container.restart"), actor: actorSchema }),
  z.strictObject({ topic: z.literal("container.stop"), actor: actorSchema }),
  /** `generation`: the newest when it was asked for; the memory of a later life is not meant. */
  z.strictObject({ topic: z.literal("container.retire"), actor: actorSchema, generation: z.number().int() }),
  z.strictObject({ topic: z.literal("user.deactivate"), deactivationId: z.uuid(), userId: z.uuid() }),
]);
export type TenantMessage = z.infer<typeof tenantMessageSchema>;

/** How a lease ended before its time, for people. */
export const LEASE_ENDINGS = ["released", "quarantined", "force_released"] as const;

/**
 * About a lease of a credential; no tenant. Ordering key: `credentialLeaseSubject`. Never a payload, never a token.
 * Times are milliseconds of the database's clock.
 */
export const credentialLeaseMessageSchema = z.discriminatedUnion("topic", [
  z.strictObject({
    topic: z.literal("credential-lease.started"),
    leaseId: z.uuid(),
    credentialId: z.uuid(),
    kind: z.string(),
    ownerId: z.string(),
    /** The broker key that acquired it, or `env:ci`, `env:maintainer`. */
    actorId: z.string(),
    fence: z.number().int(),
    expiresAtMs: z.number().int(),
    /** No heartbeat moves the expiry beyond this. Null: there is no such limit. */
    mustEndAtMs: z.number().int().nullable(),
    quarantineOnExpiry: z.boolean(),
  }),
  /** A heartbeat brought the expiry forward: whoever sleeps until the later one must look again. */
  z.strictObject({ topic: z.literal("credential-lease.shortened"), leaseId: z.uuid(), expiresAtMs: z.number().int() }),
  z.strictObject({
    topic: z.literal("credential-lease.ended"),
    leaseId: z.uuid(),
    how: z.enum(LEASE_ENDINGS),
    /** The credential is not leased again before this. Null: at once. */
    coolUntilMs: z.number().int().nullable(),
  }),
]);
export type CredentialLeaseMessage = z.infer<typeof credentialLeaseMessageSchema>;

export type OutboxMessage = TenantMessage | CredentialLeaseMessage;
export type OutboxTopic = OutboxMessage["topic"];

/** The outbox column `subject` of a lease's messages, which are delivered in order. */
export function credentialLeaseSubject(leaseId: string): string {
  return `credential-lease:${leaseId}`;
}
