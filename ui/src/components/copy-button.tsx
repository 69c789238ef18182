// Copies a text, and says that it did.
import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconCopy from "@tabler/icons-react/dist/esm/icons/IconCopy.mjs";
import { useTranslations } from "use-intl";

const SHOWN_MS = 2_000;

export interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
  /** The browser refused: select the text, so that it can be copied by hand. */
  readonly onRefused?: () => void;
}

export function CopyButton({ text, label, onRefused }: CopyButtonProps) {
  const t = useTranslations("common");
  const { copied, copy } = useClipboard({ timeout: SHOWN_MS });
  const onClick = (): void => {
    if (navigator.clipboard === undefined) onRefused?.();
    else copy(text);
  };
  const icon = copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />;
  return (
    <Button variant="default" leftSection={icon} onClick={onClick} aria-live="polite">
      {copied ? t("copied") : (label ?? t("copy"))}
    </Button>
  );
}
