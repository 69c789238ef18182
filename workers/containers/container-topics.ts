// How requests about containers are delivered to their workflows.
import type { Logger } from "pino";
import { z } from "zod";
import type { AgentContainerClient } from "../../adapters/temporal/agent-container-client.ts";
import {
  ensureRunningSchema,
  restartSchema,
  retireSchema,
  stopSchema,
  unrecordedMessageSchema,
} from "../../contracts/containers/container-messages.ts";
import type { IntentKind } from "../../contracts/containers/container-intents.ts";
import { tenantTopic, type OutboxTopic } from "../outbox-topic.ts";

export interface ContainerTopicsDeps {
  readonly containers: Pick<AgentContainerClient, "ensureRunning" | IntentKind>;
  readonly log: Logger;
}

export function containerTopics({ containers, log }: ContainerTopicsDeps): readonly OutboxTopic[] {
  const ofIntent = (kind: IntentKind, schema: typeof restartSchema | typeof stopSchema | typeof retireSchema): OutboxTopic =>
    tenantTopic({
      topic: `container.${kind}`,
      schema: z.union([schema, unrecordedMessageSchema]),
      async deliver(tenant, message) {
        if ("intentId" in message && typeof message.intentId === "string") await containers[kind](tenant, message.intentId);
        else
          log.warn(
            { event: "outbox.unrecorded", tenant, kind },
            "an older release requested it without a record; request it again",
          );
      },
    });
  return [
    tenantTopic({
      topic: "container.ensure-running",
      isCovering: true,
      schema: ensureRunningSchema,
      deliver: (tenant) => containers.ensureRunning(tenant),
    }),
    ofIntent("restart", restartSchema),
    ofIntent("stop", stopSchema),
    ofIntent("retire", retireSchema),
  ];
}
