// Adds a credential. Its payload leaves with the request: it is kept in no cache, and never comes back.
import { Autocomplete, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { addCredential, credentialKeys } from "./credentials-api.ts";
import { isRecord, toApiError } from "../../api/errors.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { useKinds } from "./kind-choice.tsx";
import { PayloadField } from "./payload-field.tsx";

export interface CredentialValues {
  readonly kind: string;
  readonly note: string;
  readonly payload: string;
  readonly isDisabled: boolean;
}
export type CredentialForm = ReturnType<typeof useCredentialForm>;

const KIND_MAX = 128;
const NOTE_MAX = 1_024;

export function AddCredential({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("addCredential");
  const credentials = useTranslations("credentials");
  const form = useCredentialForm();
  const adding = useAdding(form, onDone);
  return (
    <Dialog opened size="lg" title={t("title")} onClose={() => (adding.isPending ? undefined : onDone())}>
      <form noValidate autoComplete="off" onSubmit={form.onSubmit((values) => adding.mutate(values), focusFirst(form))}>
        <Stack>
          <Text>{t("text")}</Text>
          <Autocomplete
            label={credentials("kind")}
            description={t("kindHint")}
            data={[...useKinds()]}
            maxLength={KIND_MAX}
            spellCheck={false}
            data-autofocus
            {...form.getInputProps("kind")}
          />
          <TextInput label={t("note")} description={t("noteHint")} maxLength={NOTE_MAX} {...form.getInputProps("note")} />
          <PayloadField form={form} />
          <Switch
            label={t("disabled")}
            description={t("disabledHint")}
            {...form.getInputProps("isDisabled", { type: "checkbox" })}
          />
          {adding.isError && form.errors["payload"] === undefined ? <ErrorNotice error={adding.error} /> : null}
          <DialogButtons submit={credentials("add")} isBusy={adding.isPending} onCancel={onDone} />
        </Stack>
      </form>
    </Dialog>
  );
}

function useCredentialForm() {
  const t = useTranslations("addCredential");
  const required = useTranslations("fields")("required");
  return useForm<CredentialValues>({
    initialValues: { kind: "", note: "", payload: "", isDisabled: false },
    validate: {
      kind: (value) => (value.trim() === "" ? required : null),
      payload: (value) => (value.trim() === "" ? required : parsed(value) === null ? t("notJson") : null),
    },
  });
}

/** Null: it is no JSON object. */
function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && !Array.isArray(value) ? { ...value } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function useAdding(form: CredentialForm, onDone: () => void) {
  const t = useTranslations("addCredential");
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: ({ kind, note, payload, isDisabled }: CredentialValues) =>
      addCredential(api, {
        kind: kind.trim(),
        payload: parsed(payload) ?? {},
        note: note.trim() === "" ? null : note.trim(),
        status: isDisabled ? "disabled" : "active",
      }),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: credentialKeys.all });
    },
    onError: (error) => {
      const path = toApiError(error).fields.find((each) => each.path.split(".")[0] === "payload")?.path;
      if (path === undefined) return;
      const [, field] = path.split(".");
      form.setErrors({ payload: field === undefined ? t("badPayload") : t("badField", { field }) });
    },
  });
}
