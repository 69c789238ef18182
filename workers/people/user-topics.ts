// How deactivations of people are delivered.
import type { UserDeactivationClient } from "../../adapters/temporal/user-deactivation-client.ts";
import { userDeactivateSchema } from "../../contracts/people/user-messages.ts";
import { tenantTopic, type OutboxTopic } from "../outbox-topic.ts";

export function userTopics(deactivations: UserDeactivationClient): readonly OutboxTopic[] {
  return [
    tenantTopic({
      topic: "user.deactivate",
      schema: userDeactivateSchema,
      deliver: (_tenant, { deactivationId, userId }) => deactivations.begin({ deactivationId, userId }),
    }),
  ];
}
