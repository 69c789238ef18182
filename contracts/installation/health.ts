// Health answers.
import { z } from "zod";

export const healthPartSchema = z.strictObject({
  status: z.enum(["ok", "degraded", "down"]),
  detail: z.string(),
});
/** 503 only when Postgres is down; anything else is 200 with `degraded`. */
export const readinessSchema = z.strictObject({
  status: z.enum(["ok", "degraded", "down"]),
  parts: z.strictObject({
    postgres: healthPartSchema,
    temporal: healthPartSchema,
    docker: healthPartSchema,
    /** Whether agents are isolated from the network and from each other; none starts until this is proven. */
    isolation: healthPartSchema,
  }),
});
export type Readiness = z.infer<typeof readinessSchema>;
