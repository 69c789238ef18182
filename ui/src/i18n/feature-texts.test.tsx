// Texts that come with the pages of a feature: there before the page, and changed with the language.
import { render, screen } from "@testing-library/react";
import { IntlProvider, useTranslations } from "use-intl";
import { createFeatureTexts, type FeatureTexts } from "./feature-texts.tsx";
import { messages } from "./en/messages.ts";

function Title() {
  const t = useTranslations("ownAgents");
  const common = useTranslations("common");
  return `${t("title")}, ${common("save")}`;
}

const shown = ({ Texts }: FeatureTexts, locale: string) => (
  <IntlProvider locale={locale} messages={messages} timeZone="UTC">
    <Texts>
      <Title />
    </Texts>
  </IntlProvider>
);
const en = async () => ({ ownAgents: { title: "Agents" } });

test("the texts are beside those of the first load, and follow the language", async () => {
  const texts = createFeatureTexts({ en, de: async () => ({ ownAgents: { title: "Agenten" } }) });
  await texts.load();
  const { rerender } = render(shown(texts, "en-GB"));
  expect(screen.getByText("Agents, Save")).toBeDefined();
  rerender(shown(texts, "de-DE"));
  expect(await screen.findByText("Agenten, Save")).toBeDefined();
});

test("texts that cannot be had leave those of the language before", async () => {
  const asked: string[] = [];
  const de = async () => {
    asked.push("de");
    throw new Error("There is no connection.");
  };
  const texts = createFeatureTexts({ en, de });
  await texts.load();
  const { rerender } = render(shown(texts, "en-GB"));
  rerender(shown(texts, "de-DE"));
  expect(await screen.findByText("Agents, Save")).toBeDefined();
  expect(asked).toContain("de");
});
