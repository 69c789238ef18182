// What is committed to the outbox for the workflow of a container. Its tenant stands beside the message and is its ordering key.
import { z } from "zod";

export const ensureRunningSchema = z.strictObject({ topic: z.literal("container.ensure-running") });
export const restartSchema = z.strictObject({ topic: z.literal("container.restart"), intentId: z.uuid() });
export const stopSchema = z.strictObject({ topic: z.literal("container.stop"), intentId: z.uuid() });
export const retireSchema = z.strictObject({ topic: z.literal("container.retire"), intentId: z.uuid() });

export type ContainerMessage =
  | z.infer<typeof ensureRunningSchema>
  | z.infer<typeof restartSchema>
  | z.infer<typeof stopSchema>
  | z.infer<typeof retireSchema>;

/**
 * As written by the release before intents: who requested it is only in the message, and is not trusted. An api of that
 * release may still write them while it is being replaced.
 */
export const unrecordedMessageSchema = z.looseObject({
  topic: z.enum(["container.restart", "container.stop", "container.retire"]),
  actor: z.looseObject({}),
});
