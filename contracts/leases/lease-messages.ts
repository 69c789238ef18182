// What is committed to the outbox about a lease of a credential, which belongs to no tenant. Never a payload, never a token.
import { z } from "zod";

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

// Times are milliseconds of the database's clock.
export const leaseStartedSchema = z.strictObject({ topic: z.literal("credential-lease.started"), ...leaseFacts });
/** A heartbeat brought the expiry forward: the workflow that sleeps until the later one must look again. */
export const leaseShortenedSchema = z.strictObject({
  topic: z.literal("credential-lease.shortened"),
  leaseId: z.uuid(),
  expiresAtMs: z.number().int(),
});
export const leaseEndedSchema = z.strictObject({
  topic: z.literal("credential-lease.ended"),
  leaseId: z.uuid(),
  how: z.enum(LEASE_ENDINGS),
  /** The credential is not leased again before this. Null: at once. */
  coolUntilMs: z.number().int().nullable(),
});

export const credentialLeaseMessageSchema = z.discriminatedUnion("topic", [
  leaseStartedSchema,
  leaseShortenedSchema,
  leaseEndedSchema,
]);
export type CredentialLeaseMessage = z.infer<typeof credentialLeaseMessageSchema>;

/** The outbox column `subject` of a lease's messages, which are delivered in order. */
export function credentialLeaseSubject(leaseId: string): string {
  return `credential-lease:${leaseId}`;
}
