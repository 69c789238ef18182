// What is committed to the outbox when someone is locked out.
import { z } from "zod";

export const userDeactivateSchema = z.strictObject({
  topic: z.literal("user.deactivate"),
  deactivationId: z.uuid(),
  userId: z.uuid(),
});
export type UserDeactivateMessage = z.infer<typeof userDeactivateSchema>;
