// Texts of a feature that few people open: they come with its pages, so that the first load does not carry them.
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { IntlProvider, useLocale, useMessages } from "use-intl";
import { loadFile } from "../load-file.ts";
import { initialLanguage, isLanguage, LANGUAGES, type Language } from "./language.ts";

export interface FeatureTexts {
  /** In the language of now. To be awaited before what is inside `Texts` is shown. */
  readonly load: () => Promise<void>;
  readonly Texts: (props: { readonly children: ReactNode }) => ReactNode;
}

export function createFeatureTexts(files: Readonly<Record<Language, () => Promise<object>>>): FeatureTexts {
  const loaded = new Map<Language, object>();
  const load = async (language: Language): Promise<void> => {
    if (!loaded.has(language)) loaded.set(language, await loadFile(files[language]));
  };
  /** After a change of the language the texts before it stay until the others are there, or when they cannot be had. */
  function Texts({ children }: { readonly children: ReactNode }) {
    const locale = useLocale();
    const own = locale.slice(0, 2);
    const language = isLanguage(own) ? own : initialLanguage();
    const [, setShown] = useState(language);
    useEffect(() => {
      load(language).then(
        () => setShown(language),
        () => undefined,
      );
    }, [language]);
    const texts = loaded.get(language) ?? LANGUAGES.map((each) => loaded.get(each)).find((each) => each !== undefined);
    const others = useMessages();
    const messages = useMemo(() => ({ ...others, ...texts }), [others, texts]);
    return (
      <IntlProvider locale={locale} messages={messages}>
        {children}
      </IntlProvider>
    );
  }
  return { load: () => load(initialLanguage()), Texts };
}
