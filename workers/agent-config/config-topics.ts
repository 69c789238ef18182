// How changes of agents' configurations are delivered.
import type { AgentContainerClient } from "../../adapters/temporal/agent-container-client.ts";
import { configChangedSchema } from "../../contracts/agent-config/config-messages.ts";
import { tenantTopic, type OutboxTopic } from "../outbox-topic.ts";

export function configTopics(containers: Pick<AgentContainerClient, "configChanged">): readonly OutboxTopic[] {
  return [
    tenantTopic({
      topic: "container.config-changed",
      isCovering: true,
      schema: configChangedSchema,
      // A stopped container needs none: its next start reads the newest one.
      deliver: (tenant, { revision }) => containers.configChanged(tenant, revision),
    }),
  ];
}
