// Language and colour scheme, wherever one is.
import { Menu } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import { useTranslations } from "use-intl";
import { LANGUAGES } from "../i18n/language.ts";
import { COLOR_SCHEMES } from "../theme/color-scheme.ts";
import { useAppearance } from "./use-appearance.ts";

/** Each language is listed under its own name, so that its speakers find it. */
export const LANGUAGE_NAMES = { en: "English", de: "Deutsch" } as const;

const CHOSEN = <IconCheck size={16} aria-hidden />;

export function AppearanceItems() {
  const t = useTranslations("appearance");
  const { language, colorScheme, chooseLanguage, chooseScheme } = useAppearance();
  return (
    <>
      <Menu.Label>{t("language")}</Menu.Label>
      {LANGUAGES.map((each) => (
        <Menu.RadioItem
          key={each}
          value={each}
          lang={each}
          checked={each === language}
          checkIcon={CHOSEN}
          onChange={() => chooseLanguage(each)}
        >
          {LANGUAGE_NAMES[each]}
        </Menu.RadioItem>
      ))}
      <Menu.Label>{t("scheme")}</Menu.Label>
      {COLOR_SCHEMES.map((each) => (
        <Menu.RadioItem
          key={each}
          value={each}
          checked={each === colorScheme}
          checkIcon={CHOSEN}
          onChange={() => chooseScheme(each)}
        >
          {t(each)}
        </Menu.RadioItem>
      ))}
    </>
  );
}
