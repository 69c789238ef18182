// Asks before a page is left whose changes are not saved.
import { useBlocker } from "@tanstack/react-router";
import { useTranslations } from "use-intl";

export function useLeaveQuestion(isDirty: boolean): void {
  const question = useTranslations("common")("unsaved");
  useBlocker({
    shouldBlockFn: () => isDirty && !globalThis.confirm(question),
    enableBeforeUnload: isDirty,
    disabled: !isDirty,
  });
}
