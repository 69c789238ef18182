// Reasons of containers where they enter: answers of the API, the database, messages and results of other releases.
import { z } from "zod";
import { shownTextSchema } from "../core/name.ts";
import {
  EXIT_REASONS,
  givenReason,
  NAME_REASONS,
  PLAIN_REASONS,
  TEXT_REASONS,
  type ContainerReason,
} from "./container-reasons.ts";

export const containerReasonSchema = z
  .discriminatedUnion("code", [
    z.strictObject({ code: z.enum(PLAIN_REASONS), values: z.strictObject({}) }),
    z.strictObject({ code: z.enum(EXIT_REASONS), values: z.strictObject({ exitCode: z.number().int().nullable() }) }),
    z.strictObject({ code: z.enum(NAME_REASONS), values: z.strictObject({ name: shownTextSchema }) }),
    z.strictObject({ code: z.enum(TEXT_REASONS), values: z.strictObject({ text: shownTextSchema }) }),
    z.strictObject({ code: z.literal("attempt"), values: z.strictObject({ attempt: z.number().int() }) }),
    z.strictObject({ code: z.literal("not_ready_in_time"), values: z.strictObject({ seconds: z.number() }) }),
    z.strictObject({ code: z.literal("image_missing"), values: z.strictObject({ image: shownTextSchema }) }),
    z.strictObject({ code: z.literal("engine_refused"), values: z.strictObject({ status: z.number().int() }) }),
    z.strictObject({ code: z.literal("error"), values: z.strictObject({ error: z.string() }) }),
  ])
  .meta({ id: "ContainerReason", example: { code: "exited", values: { exitCode: 137 } } });

/**
 * Of a message, a result or a failure that another release may have written: a sentence of release 0.1.0 becomes `other`.
 * Null: no reason was given, or it cannot be read.
 */
export function readReason(value: unknown): ContainerReason | null {
  if (typeof value === "string") return value === "" ? null : { code: "other", values: { text: value } };
  return containerReasonSchema.safeParse(value).data ?? null;
}

/** The same for what a person asks: a sentence is what they wrote. */
export function readGivenReason(value: unknown): ContainerReason | null {
  return typeof value === "string" ? givenReason(value) : readReason(value);
}
