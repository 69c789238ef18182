// The language of the interface: chosen, else the browser's, and kept in this browser.

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = "mosaic-language";

export function isLanguage(text: string | null | undefined): text is Language {
  return text === "en" || text === "de";
}

export function initialLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (isLanguage(kept)) return kept;
  const preferred = navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage);
  return preferred ?? "en";
}

/** As the browser's person writes dates and numbers in a language: `en-GB` for `en`, where they say so. */
export function regionalForm(language: Language, preferred: readonly string[] = navigator.languages): string {
  return preferred.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
}
