// The keys of the keyboard, in German.
import type * as en from "../en/shortcuts.ts";
import type { Shape } from "../shape.ts";

export const shortcuts = {
  title: "Tastenkürzel",
  search: "Zur Suche der Seite",
  help: "Diese Liste",
  home: "Start",
  chat: "Chat",
  settings: "Einstellungen",
  fleet: "Flotte",
  next: "dann",
  enabled: "Tastenkürzel benutzen",
  enabledHint: "In diesem Browser. Sind sie aus, öffnet ? trotzdem diese Liste.",
} as const satisfies Shape<typeof en.shortcuts>;
