// Loads the texts of one language; the other one is never downloaded.
import { loadFile } from "../load-file.ts";
import type { Language } from "./language.ts";
import type { Messages } from "./en/messages.ts";
import type { Shape } from "./shape.ts";

/** @throws Error never in practice: the compiler has compared the forms already */
export async function loadMessages(language: Language): Promise<Messages> {
  const texts = await textsOf(language);
  if (!isOfOurForm(texts)) throw new Error(`The texts in ${language} have another form.`);
  return texts;
}

async function textsOf(language: Language): Promise<Shape<Messages>> {
  switch (language) {
    case "en":
      return (await loadFile(() => import("./en/messages.ts"))).messages;
    case "de":
      return (await loadFile(() => import("./de/messages.ts"))).messages;
  }
}

/** The library's type is that of the English texts to the letter, so that it knows their arguments. */
function isOfOurForm(texts: Shape<Messages>): texts is Messages {
  return "common" in texts;
}
