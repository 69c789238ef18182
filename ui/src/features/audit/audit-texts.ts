// The sentences of the audit log, loaded with its page.
import { createFeatureTexts } from "../../i18n/feature-texts.tsx";

export const auditTexts = createFeatureTexts({
  en: () => import("./texts-en.ts"),
  de: () => import("./texts-de.ts"),
});
