// Every page on a phone, in a made-up language whose words are longer by two fifths.
import { eachPage } from "../../support/browser/describe-pages.ts";
import { speakPseudo, wordsOfNoText } from "../../support/browser/page-texts.ts";
import { layoutFindings, SCHEMES, SIZES } from "../../support/browser/page-visit.ts";

const PHONE = { size: SIZES[1], scheme: SCHEMES[0] } as const;

eachPage(
  "en",
  "%s cuts nothing off, and says nothing that does not come from the texts",
  async (visitor, page) => {
    await visitor.show(PHONE);
    return [...(await layoutFindings(visitor.tab)), ...(await wordsOfNoText(visitor.tab, page))];
  },
  speakPseudo,
);
