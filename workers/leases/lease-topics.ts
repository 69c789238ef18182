// How news of leases is delivered to their workflows.
import type { CredentialLeaseClient } from "../../adapters/temporal/credential-lease-client.ts";
import { leaseEndedSchema, leaseShortenedSchema, leaseStartedSchema } from "../../contracts/leases/lease-messages.ts";
import { tenantlessTopic, type OutboxTopic } from "../outbox-topic.ts";

export function leaseTopics(leases: Pick<CredentialLeaseClient, "started" | "shortened" | "ended">): readonly OutboxTopic[] {
  return [
    tenantlessTopic({
      topic: "credential-lease.started",
      schema: leaseStartedSchema,
      deliver: async (message) => {
        const { topic: _, ...lease } = message;
        await leases.started(lease);
      },
    }),
    tenantlessTopic({
      topic: "credential-lease.shortened",
      schema: leaseShortenedSchema,
      deliver: ({ leaseId, expiresAtMs }) => leases.shortened(leaseId, expiresAtMs),
    }),
    tenantlessTopic({
      topic: "credential-lease.ended",
      schema: leaseEndedSchema,
      // The end of a lease whose workflow is over is delivered by being so.
      deliver: ({ leaseId, how, coolUntilMs }) => leases.ended(leaseId, { how, coolUntilMs }),
    }),
  ];
}
