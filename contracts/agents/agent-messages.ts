// What is told about agents' keys, after the commit of the change.
import { z } from "zod";

/** A key was replaced: it is revoked at the end of the overlap. */
export const agentKeyReplacedSchema = z.strictObject({
  topic: z.literal("agent-key.replaced"),
  agentUserId: z.uuid(),
  keyId: z.string(),
  endsAtMs: z.number().int(),
});
export type AgentKeyReplacedMessage = z.infer<typeof agentKeyReplacedSchema>;
