// Begins to link an identity: the password shows whose account it is, then the browser goes to the provider.
import { PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { toApiError } from "../../api/errors.ts";
import { startLink } from "./identities-api.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";

export interface LinkIdentityDialogProps {
  readonly provider: string;
  readonly username: string;
  readonly onCancel: () => void;
}

export function LinkIdentityDialog({ provider, username, onCancel }: LinkIdentityDialogProps) {
  const t = useTranslations("profile");
  const form = useLinkForm();
  const linking = useLinking(form);
  const isAtField = toApiError(linking.error).fields.length > 0;
  return (
    <Dialog opened title={t("link", { provider })} onClose={onCancel}>
      <form noValidate onSubmit={form.onSubmit((values) => linking.mutate(values.currentPassword), focusFirst(form))}>
        <Stack>
          <Text>{t("linkText", { provider })}</Text>
          {/* So that a password manager knows whose it is. */}
          <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
          <PasswordInput
            label={t("currentPassword")}
            autoComplete="current-password"
            data-autofocus
            {...form.getInputProps("currentPassword")}
          />
          {linking.isError && !isAtField ? <ErrorNotice error={linking.error} /> : null}
          {/* It stays busy while the browser goes away. */}
          <DialogButtons submit={t("linkGo")} isBusy={linking.isPending || linking.isSuccess} onCancel={onCancel} />
        </Stack>
      </form>
    </Dialog>
  );
}

function useLinkForm() {
  const required = useTranslations("fields")("required");
  return useForm({
    initialValues: { currentPassword: "" },
    validate: { currentPassword: (value) => (value === "" ? required : null) },
  });
}

function useLinking(form: ReturnType<typeof useLinkForm>) {
  const api = useApi();
  const wrong = useTranslations("profile")("wrongPassword");
  return useMutation({
    // The question holds a password: it must not stay in the cache.
    gcTime: 0,
    mutationFn: (currentPassword: string) => startLink(api, currentPassword),
    onSuccess: (url) => globalThis.location.assign(url),
    onError: (error) => form.setErrors(fieldErrors(error, ["currentPassword"], wrong)),
  });
}
