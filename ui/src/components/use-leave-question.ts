// Asks before a page is left whose changes are not saved.
import { useBlocker } from "@tanstack/react-router";
import { useTranslations } from "use-intl";

/** `onLeave`: they are given up. The end of a session asks nothing, and gives nothing up. */
export function useLeaveQuestion(isDirty: boolean, onLeave?: () => void): void {
  const question = useTranslations("common")("unsaved");
  useBlocker({
    shouldBlockFn: () => {
      if (!isDirty) return false;
      if (!globalThis.confirm(question)) return true;
      onLeave?.();
      return false;
    },
    enableBeforeUnload: isDirty,
    disabled: !isDirty,
  });
}
