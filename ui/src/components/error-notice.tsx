// An error where the content would be, or above the buttons of a form: what happened, its reference, what one can do.
import { Alert, Button, Group, Text } from "@mantine/core";
import IconAlertTriangle from "@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { toApiError } from "../api/errors.ts";
import { useErrorText, type ErrorTexts } from "./use-error-text.ts";

export interface ErrorNoticeProps {
  readonly error: unknown;
  readonly texts?: ErrorTexts;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}

export function ErrorNotice({ error, texts = {}, onRetry, children }: ErrorNoticeProps) {
  const t = useTranslations("common");
  const textOf = useErrorText();
  const { requestId } = toApiError(error);
  return (
    <Notice tone="danger">
      <Text>{textOf(error, texts)}</Text>
      {requestId === undefined ? null : (
        <Text size="xs" c="dimmed">
          {t("reference", { id: requestId })}
        </Text>
      )}
      {onRetry === undefined && children === undefined ? null : (
        <Group gap="sm" mt="sm">
          {onRetry === undefined ? null : (
            <Button variant="default" onClick={onRetry}>
              {t("retry")}
            </Button>
          )}
          {children}
        </Group>
      )}
    </Notice>
  );
}

const TONES = {
  danger: { background: "var(--mosaic-red-fill)", color: "var(--mosaic-red)" },
  info: { background: "var(--mosaic-blue-fill)", color: "var(--mosaic-blue)" },
  good: { background: "var(--mosaic-green-fill)", color: "var(--mosaic-green)" },
  warning: { background: "var(--mosaic-amber-fill)", color: "var(--mosaic-amber)" },
} as const;

export interface NoticeProps {
  readonly tone: keyof typeof TONES;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** Said aloud when it is a failure. */
export function Notice({ tone, icon, children }: NoticeProps) {
  const { background, color } = TONES[tone];
  const shown = icon ?? (tone === "danger" ? <IconAlertTriangle size={20} aria-hidden /> : undefined);
  const styles = {
    root: { backgroundColor: background, border: "none", color: "var(--mosaic-text)" },
    icon: { color },
    message: { color: "var(--mosaic-text)" },
  };
  return (
    <Alert role={tone === "danger" ? "alert" : "status"} icon={shown} styles={styles}>
      {children}
    </Alert>
  );
}
