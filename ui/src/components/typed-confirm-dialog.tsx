// Asks before something is deleted for good: it is done only when a word that is shown has been typed.
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "use-intl";
import { Dialog } from "./dialog.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { focusFirst } from "./field-errors.ts";

export interface TypedConfirmDialogProps {
  readonly title: string;
  readonly body: string;
  /** What has to be typed. */
  readonly word: string;
  readonly label: string;
  readonly mismatch: string;
  /** The verb again. */
  readonly confirm: string;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}

export function TypedConfirmDialog(props: TypedConfirmDialogProps) {
  const { title, body, word, label, mismatch, confirm, isBusy, error, onCancel, onConfirm } = props;
  const common = useTranslations("common");
  const form = useForm({
    initialValues: { typed: "" },
    validate: { typed: (value) => (value.trim() === word ? null : mismatch) },
  });
  return (
    <Dialog opened title={title} onClose={onCancel}>
      <form noValidate onSubmit={form.onSubmit(onConfirm, focusFirst(form))}>
        <Stack>
          <Text>{body}</Text>
          <TextInput label={label} autoComplete="off" spellCheck={false} {...form.getInputProps("typed")} />
          {error === null || error === undefined ? null : <ErrorNotice error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onCancel} data-autofocus>
              {common("cancel")}
            </Button>
            <Button type="submit" color="danger" loading={isBusy}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
