// The texts of agents with keys of their own, loaded with the first of their pages.
import { createFeatureTexts } from "../../i18n/feature-texts.tsx";

export const agentTexts = createFeatureTexts({
  en: () => import("./texts-en.ts"),
  de: () => import("./texts-de.ts"),
});
