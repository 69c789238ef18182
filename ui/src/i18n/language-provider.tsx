// Gives the pages their texts, and lets them change the language.
import { MantineThemeProvider } from "@mantine/core";
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";
import { IntlProvider, useTranslations } from "use-intl";
import { initialLanguage, keepLanguage, type Language } from "./language.ts";
import { loadMessages } from "./load-messages.ts";

interface LanguageChoice {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}
const LanguageContext = createContext<LanguageChoice | null>(null);

export function useLanguage(): LanguageChoice {
  const choice = use(LanguageContext);
  if (choice === null) throw new Error("There is no LanguageProvider around this component.");
  return choice;
}

type Loaded = { readonly language: Language; readonly messages: Awaited<ReturnType<typeof loadMessages>> };

/** The texts of the chosen language; while they load, those of the one before. */
function useMessages(wanted: Language): Loaded | null {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let isWanted = true;
    void loadMessages(wanted).then((messages) => {
      if (isWanted) setLoaded({ language: wanted, messages });
    });
    return () => void (isWanted = false);
  }, [wanted]);
  return loaded;
}

/** Shows nothing until the first texts are there, which is one small file. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);
  const loaded = useMessages(language);
  useEffect(() => {
    if (loaded !== null) document.documentElement.lang = loaded.language;
  }, [loaded]);
  const choice = useMemo(() => {
    const choose = (wanted: Language): void => {
      keepLanguage(wanted);
      setLanguage(wanted);
    };
    return { language, choose };
  }, [language]);
  if (loaded === null) return null;
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return (
    <LanguageContext value={choice}>
      <IntlProvider locale={loaded.language} messages={loaded.messages} timeZone={timeZone}>
        <SpokenParts>{children}</SpokenParts>
      </IntlProvider>
    </LanguageContext>
  );
}

/** What components of the library say by themselves, in English unless told. */
function SpokenParts({ children }: { readonly children: ReactNode }) {
  const label = useTranslations("common")("showPassword");
  const theme = useMemo(
    () => ({
      components: { PasswordInput: { defaultProps: { visibilityToggleButtonProps: { "aria-label": label } } } },
    }),
    [label],
  );
  return (
    <MantineThemeProvider theme={theme} inherit>
      {children}
    </MantineThemeProvider>
  );
}
