// Intents that are committed with the change they belong to, and delivered to Temporal afterwards.
import { z } from "zod";
import { actorSchema } from "./agent-container.ts";

export const outboxMessageSchema = z.discriminatedUnion("topic", [
  z.strictObject({ topic: z.literal("container.config-changed"), revision: z.number().int() }),
  z.strictObject({ topic: z.literal("container.ensure-running") }),
  z.strictObject({ topic: z.literal("container.restart"), actor: actorSchema }),
  z.strictObject({ topic: z.literal("container.stop"), actor: actorSchema }),
  z.strictObject({ topic: z.literal("container.retire"), actor: actorSchema }),
  z.strictObject({ topic: z.literal("user.deactivate"), deactivationId: z.uuid(), userId: z.uuid() }),
]);
export type OutboxMessage = z.infer<typeof outboxMessageSchema>;
export type OutboxTopic = OutboxMessage["topic"];
