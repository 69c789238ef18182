// Copies a text, and says that it did; where the browser refuses, the text is selected to be copied by hand.
import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconCopy from "@tabler/icons-react/dist/esm/icons/IconCopy.mjs";
import { useEffect, type RefObject } from "react";
import { useTranslations } from "use-intl";

const SHOWN_MS = 2_000;

export interface CopyButtonProps {
  readonly text: string;
  /** Where the text stands on the page. */
  readonly shown: RefObject<HTMLElement | null>;
}

export function CopyButton({ text, shown }: CopyButtonProps) {
  const t = useTranslations("common");
  // Refused: over plain http there is no clipboard at all, and elsewhere a person or a policy may forbid it.
  const { copied, copy, error } = useClipboard({ timeout: SHOWN_MS });
  useEffect(() => {
    if (error !== null && shown.current !== null) globalThis.getSelection()?.selectAllChildren(shown.current);
  }, [error, shown]);
  const label = copied ? t("copied") : t(error === null ? "copy" : "copyRefused");
  const icon = copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />;
  return (
    <Button variant="default" leftSection={icon} onClick={() => copy(text)} aria-live="polite">
      {label}
    </Button>
  );
}
