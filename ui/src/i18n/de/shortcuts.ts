// The keys of the keyboard, in German.
import type * as en from "../en/shortcuts.ts";
import type { Shape } from "../shape.ts";

export const shortcuts = {
  title: "Tastenkürzel",
  search: "Zum Suchfeld",
  help: "Diese Liste anzeigen",
  home: "Startseite",
  chat: "Chat",
  settings: "Einstellungen",
  fleet: "Flotte",
  next: "dann",
  enabled: "Tastenkürzel verwenden",
  enabledHint: "Gilt für diesen Browser. ? öffnet diese Liste immer.",
} as const satisfies Shape<typeof en.shortcuts>;
