// Gives the pages their texts, and lets them change the language.
import { Button, MantineThemeProvider, Stack, Text } from "@mantine/core";
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";
import { IntlProvider, useTranslations } from "use-intl";
import { initialLanguage, keepLanguage, regionalForm, type Language } from "./language.ts";
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

/** The texts of the chosen language; while they load, and when they cannot be had, those of the one before. */
function useMessages(wanted: Language, load: typeof loadMessages) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    let isWanted = true;
    const show = async (): Promise<void> => {
      try {
        const messages = await load(wanted);
        if (isWanted) setLoaded({ language: wanted, messages });
      } catch {
        if (isWanted) setFailed(true);
      }
    };
    void show();
    return () => void (isWanted = false);
  }, [wanted, load]);
  return { loaded, hasFailed };
}

export interface LanguageProviderProps {
  readonly children: ReactNode;
  readonly load?: typeof loadMessages;
}

/** Shows nothing until the first texts are there, which is one small file. */
export function LanguageProvider({ children, load = loadMessages }: LanguageProviderProps) {
  const [language, setLanguage] = useState(initialLanguage);
  const { loaded, hasFailed } = useMessages(language, load);
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
  if (loaded === null) return hasFailed ? <NoTexts language={language} /> : null;
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return (
    <LanguageContext value={choice}>
      <IntlProvider locale={regionalForm(loaded.language)} messages={loaded.messages} timeZone={timeZone}>
        <SpokenParts>{children}</SpokenParts>
      </IntlProvider>
    </LanguageContext>
  );
}

/** The only texts that come with the application itself. */
const WITHOUT_TEXTS = {
  en: { text: "The texts of this page could not be loaded. Check your connection.", reload: "Reload" },
  de: { text: "Die Texte dieser Seite konnten nicht geladen werden. Prüfe deine Verbindung.", reload: "Neu laden" },
} as const;

function NoTexts({ language }: { readonly language: Language }) {
  const { text, reload } = WITHOUT_TEXTS[language];
  return (
    <Stack component="main" lang={language} p="lg" align="flex-start">
      <Text role="alert">{text}</Text>
      <Button onClick={() => location.reload()}>{reload}</Button>
    </Stack>
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
