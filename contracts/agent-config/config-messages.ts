// What is committed to the outbox with a change of an agent's configuration.
import { z } from "zod";

/** The newest revision says all that the older ones said. */
export const configChangedSchema = z.strictObject({
  topic: z.literal("container.config-changed"),
  revision: z.number().int(),
});
export type ConfigChangedMessage = z.infer<typeof configChangedSchema>;
