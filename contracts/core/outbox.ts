// Intents that are committed with the change they belong to, and delivered to Temporal afterwards.
import { z } from "zod";

/** About a tenant: its container, or its person. The tenant stands beside the message and is its ordering key. */
export const tenantMessageSchema = z.discriminatedUnion("topic", [
  z.strictObject({ topic: z.literal("container.config-changed"), revision: z.number().int() }),
  z.strictObject({ topic: z.literal("container.ensure-running") }),
  z.strictObject({ topic: z.literal("container.restart"), intentId: z.uuid() }),
  z.strictObject({ topic: z.literal("container.stop"), intentId: z.uuid() }),
  z.strictObject({ topic: z.literal("container.retire"), intentId: z.uuid() }),
  z.strictObject({ topic: z.literal("user.deactivate"), deactivationId: z.uuid(), userId: z.uuid() }),
]);
export type TenantMessage = z.infer<typeof tenantMessageSchema>;

/**
 * As written by the release before intents: who requested it is only in the message, and is not trusted. An api of that
 * release may still write them while it is being replaced.
 */
export const unrecordedMessageSchema = z.looseObject({
  topic: z.enum(["container.restart", "container.stop", "container.retire"]),
  actor: z.looseObject({}),
});

/** How a lease ended before its time, for people. */
export const LEASE_ENDINGS = ["released", "quarantined", "force_released"] as const;

const leaseFacts = {
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
};

/** What the workflow of a lease is started with. */
export const credentialLeaseInputSchema = z.object(leaseFacts);

/**
 * About a lease of a credential; no tenant. Ordering key: `credentialLeaseSubject`. Never a payload, never a token.
 * Times are milliseconds of the database's clock.
 */
export const credentialLeaseMessageSchema = z.discriminatedUnion("topic", [
  z.strictObject({ topic: z.literal("credential-lease.started"), ...leaseFacts }),
  /** A heartbeat brought the expiry forward: the workflow that sleeps until the later one must look again. */
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
