// Ids of models that OpenClaw reads otherwise are known, those that it reads as written are left alone.
import { isReadableModelId } from "./model-id.ts";

test.each(["gemma@prod", "org/gemma@prod", "gemma@prod@20250101", "m@20250101@work", "m@q8_0@work", "tail ", " lead", "a\tb"])(
  "%j would be another model",
  (id) => expect(isReadableModelId(id)).toBe(false),
);

test.each([
  ...["gpt-5", "meta/llama-4:70b", "org/model:free", "m@20250101", "m@q8_0", "m@4bit", "m@20250101@iq4_xs", "a@b/c"],
  ...["GPT-Big", "Ünï-7", "lab/inner", "two words", "m@", "models/gemini-2.5-pro", "accounts/x/models/y#1"],
])("%j is read as it is written", (id) => expect(isReadableModelId(id)).toBe(true));
