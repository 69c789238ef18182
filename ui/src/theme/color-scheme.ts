// Which colour scheme is preferred, kept in this browser. `color-scheme.js` reads the same key before the first paint.
import { localStorageColorSchemeManager } from "@mantine/core";

export const COLOR_SCHEMES = ["auto", "light", "dark"] as const;

export const colorSchemeManager = localStorageColorSchemeManager({ key: "mosaic-color-scheme" });
