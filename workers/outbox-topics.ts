// The topics of all features, collected for the relay.
import type { Logger } from "pino";
import type { AgentContainerClient } from "../adapters/temporal/agent-container-client.ts";
import type { AgentKeyClient } from "../adapters/temporal/agent-key-client.ts";
import type { CredentialLeaseClient } from "../adapters/temporal/credential-lease-client.ts";
import type { UserDeactivationClient } from "../adapters/temporal/user-deactivation-client.ts";
import { agentTopics } from "./agents/agent-topics.ts";
import { configTopics } from "./agent-config/config-topics.ts";
import { containerTopics } from "./containers/container-topics.ts";
import { leaseTopics } from "./leases/lease-topics.ts";
import { registerTopics, type OutboxTopics } from "./outbox-topic.ts";
import { userTopics } from "./people/user-topics.ts";

export interface TopicClients {
  readonly containers: AgentContainerClient;
  readonly leases: CredentialLeaseClient;
  readonly deactivations: UserDeactivationClient;
  readonly agentKeys: AgentKeyClient;
  readonly log: Logger;
}

export function outboxTopics({ containers, leases, deactivations, agentKeys, log }: TopicClients): OutboxTopics {
  return registerTopics([
    ...configTopics(containers),
    ...containerTopics({ containers, log }),
    ...leaseTopics(leases),
    ...userTopics(deactivations),
    ...agentTopics(agentKeys),
  ]);
}
