// Inputs and messages, parsed where they enter the workflow: anyone who reaches Temporal can send anything, and other releases
// send fewer or more fields. An invalid start fails its run; an invalid message is ignored.
import { z } from "zod";
import {
  ENGINE_OBSERVATIONS,
  type Actor,
  type AgentContainerInput,
  type EngineObservation,
} from "../../contracts/containers/agent-container.ts";
import { readGivenReason } from "../../contracts/containers/container-reason-schema.ts";
import { tenantSchema } from "../../contracts/core/tenant.ts";
import { parseInput } from "../core/parse-input.ts";

const count = z.int().min(0);

const startedSchema = z.object({
  engineContainerId: z.string().min(1),
  generation: count,
  host: z.string(),
  image: z.string(),
  configRevision: count,
});

const resumedSchema = z
  .object({
    started: startedSchema,
    starts: count,
    failures: count,
    readySinceMs: z.number(),
    desiredRevision: count.optional(),
    /** Its name until release 0.1.0. */
    wishedRevision: count.optional(),
  })
  .transform(({ wishedRevision = 0, desiredRevision = wishedRevision, ...resumed }) => ({ ...resumed, desiredRevision }));

const inputSchema = z.object({
  tenant: tenantSchema,
  alwaysOn: z.boolean().default(false),
  // Without it the start requests nothing: what the run does follows from its messages.
  wish: z.enum(["run", "none"]).default("none"),
  resume: resumedSchema.optional(),
});

const intentSchema = z.object({ intentId: z.string() });
const changeSchema = z.object({ revision: z.int() });
const observationSchema = z.object({
  engineContainerId: z.string().min(1),
  kind: z.enum(ENGINE_OBSERVATIONS),
  exitCode: z.number().nullable().catch(null),
});
const NOBODY: Actor = { by: "system", reason: null };
const actorSchema = z.object({ by: z.string().catch(NOBODY.by), reason: z.unknown().transform(readGivenReason) });

/** @throws ApplicationFailure INVALID_INPUT */
export function inputOf(input: unknown): AgentContainerInput {
  const { resume, ...parsed } = parseInput(inputSchema, input);
  return { ...parsed, ...(resume === undefined ? {} : { resume }) };
}

/** Null if the message names no record: then nothing is done. */
export function intentIdOf(message: unknown): string | null {
  return intentSchema.safeParse(message).data?.intentId ?? null;
}

/** Of a message of an earlier release, in a history that is replayed. */
export function actorOf(message: unknown): Actor {
  return actorSchema.safeParse(message).data ?? NOBODY;
}

export function revisionOf(message: unknown): number | null {
  return changeSchema.safeParse(message).data?.revision ?? null;
}

export function observationOf(message: unknown): EngineObservation | null {
  return observationSchema.safeParse(message).data ?? null;
}
