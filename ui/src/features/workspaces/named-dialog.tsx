// Makes a workspace or a team, or changes its name and description.
import { Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { workspaceKeys, type NameAndDescription } from "./workspaces-api.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";

const NAME_MAX_CHARS = 100;
const DESCRIPTION_MAX_CHARS = 1000;
const DESCRIPTION_MAX_ROWS = 6;

export interface NamedDialogProps<Made> {
  readonly title: string;
  readonly submit: string;
  readonly before?: NameAndDescription;
  readonly save: (values: NameAndDescription) => Promise<Made>;
  readonly onCancel: () => void;
  readonly onSaved: (made: Made) => void;
}

export function NamedDialog<Made>(props: NamedDialogProps<Made>) {
  const { title, submit, before = { name: "", description: "" }, onCancel } = props;
  const t = useTranslations("workspaces");
  const form = useNamedForm(before);
  const saving = useSaving(form, props);
  return (
    <Dialog opened title={title} onClose={onCancel}>
      <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
        <Stack>
          <TextInput label={t("name")} maxLength={NAME_MAX_CHARS} data-autofocus {...form.getInputProps("name")} />
          <Textarea
            label={t("descriptionField")}
            maxLength={DESCRIPTION_MAX_CHARS}
            autosize
            minRows={2}
            maxRows={DESCRIPTION_MAX_ROWS}
            {...form.getInputProps("description")}
          />
          {saving.isError ? <ErrorNotice error={saving.error} texts={{ CONFLICT: t("nameTaken") }} /> : null}
          <DialogButtons submit={submit} isBusy={saving.isPending} onCancel={onCancel} />
        </Stack>
      </form>
    </Dialog>
  );
}

function useNamedForm({ name, description }: NameAndDescription) {
  const required = useTranslations("fields")("required");
  return useForm<NameAndDescription>({
    initialValues: { name, description },
    validate: { name: (value) => (value.trim() === "" ? required : null) },
  });
}

function useSaving<Made>(form: ReturnType<typeof useNamedForm>, { save, onSaved }: NamedDialogProps<Made>) {
  const queryClient = useQueryClient();
  const refused = useTranslations("fields")("other");
  return useMutation({
    mutationFn: ({ name, description }: NameAndDescription) => save({ name: name.trim(), description: description.trim() }),
    onSuccess: async (made) => {
      onSaved(made);
      await queryClient.invalidateQueries({ queryKey: workspaceKeys.all });
    },
    onError: (error) => form.setErrors(fieldErrors(error, ["name", "description"], refused)),
  });
}
