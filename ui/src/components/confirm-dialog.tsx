// Asks before something is taken away: the verb and its object, what is lost, what stays; a reason where others are concerned.
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Dialog } from "./dialog.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import type { ErrorTexts } from "./use-error-text.ts";

const REASON_MIN_CHARS = 3;
const REASON_MAX_CHARS = 500;

export interface ConfirmDialogProps {
  readonly title: string;
  readonly body: ReactNode;
  /** The verb again. */
  readonly confirm: string;
  /** False for what harms nobody. */
  readonly isDangerous?: boolean;
  readonly needsReason?: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly errorTexts?: ErrorTexts;
  readonly onCancel: () => void;
  readonly onConfirm: (reason: string) => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, body, confirm, isDangerous = true, needsReason = false, isBusy, error, onCancel, onConfirm } = props;
  const t = useTranslations("common");
  const [reason, setReason] = useState("");
  const [isTouched, setTouched] = useState(false);
  const isMissing = needsReason && reason.trim().length < REASON_MIN_CHARS;
  const submit = (): void => {
    setTouched(true);
    if (!isMissing) onConfirm(reason.trim());
  };
  const field = (
    <TextInput
      label={t("reason")}
      description={t("reasonHint")}
      value={reason}
      maxLength={REASON_MAX_CHARS}
      error={isTouched && isMissing ? t("reasonMissing", { min: REASON_MIN_CHARS }) : undefined}
      onChange={(event) => setReason(event.currentTarget.value)}
    />
  );
  return (
    <Dialog opened title={title} onClose={onCancel}>
      <form noValidate onSubmit={(event) => (event.preventDefault(), submit())}>
        <Stack>
          <Text component="div">{body}</Text>
          {needsReason ? field : null}
          {error === null || error === undefined ? null : <ErrorNotice error={error} texts={props.errorTexts ?? {}} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onCancel} data-autofocus>
              {t("cancel")}
            </Button>
            <Button type="submit" color={isDangerous ? "danger" : "accent"} loading={isBusy}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
