// Our own sentences for what a validator finds, and a schema's own message before them.
import { z } from "zod";
import { validationWords } from "./validation-words.ts";

const wordsOf = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: validationWords }).error?.issues[0]?.message;

test.each([
  [z.string(), undefined, "This is required."],
  [z.string(), 1, "Give text."],
  [z.int(), 1.5, "Give a whole number."],
  [z.coerce.number(), "x", "Give a number."],
  [z.array(z.string()).min(1), [], "Give at least one."],
  [z.string().min(1), "", "This must not be empty."],
  [z.string().min(8), "x", "Use at least 8 characters."],
  [z.string().max(2), "xyz", "Use at most 2 characters."],
  [z.number().max(2), 3, "Give a number of at most 2."],
  [z.uuid(), "x", "Give an id."],
  [z.enum(["a", "b"]), "c", "Use one of: a, b."],
  [z.union([z.string(), z.strictObject({ id: z.string() })]), 1, "This matches none of the accepted formats."],
  [z.string().regex(/^x$/, "Begin with x."), "y", "Begin with x."],
  [z.string().regex(/^x$/), "y", "This has the wrong format."],
  [z.object({ content: z.unknown() }).extend({ more: z.string() }), { content: 1 }, "This is required."],
  [z.string().refine(() => false), "y", "This value is not valid."],
] as const)("%#: a person can read it", (schema, value, words) => {
  expect(wordsOf(schema, value)).toBe(words);
});
