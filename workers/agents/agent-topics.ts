// How replacements of agents' keys are delivered.
import type { AgentKeyClient } from "../../adapters/temporal/agent-key-client.ts";
import { agentKeyReplacedSchema } from "../../contracts/agents/agent-messages.ts";
import { tenantTopic, type OutboxTopic } from "../outbox-topic.ts";

export function agentTopics(agentKeys: AgentKeyClient): readonly OutboxTopic[] {
  return [
    tenantTopic({
      topic: "agent-key.replaced",
      schema: agentKeyReplacedSchema,
      deliver: (_tenant, { agentUserId, keyId, endsAtMs }) => agentKeys.endReplaced({ agentUserId, keyId, endsAtMs }),
    }),
  ];
}
