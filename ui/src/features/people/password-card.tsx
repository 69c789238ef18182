// Changes the user's password, which ends all other sessions.
import { Button, Checkbox, Group, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { accountKeys, changePassword } from "./account-api.ts";
import { useApi } from "../../api/api-context.ts";
import { keyKeys, keysQuery } from "../keys/keys-api.ts";
import { toApiError } from "../../api/errors.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";

const PASSWORD_MIN_CHARS = 12;

interface Values {
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly revokeKeys: boolean;
}
const EMPTY: Values = { currentPassword: "", newPassword: "", revokeKeys: false };

export function PasswordCard({ username }: { readonly username: string }) {
  const t = useTranslations("profile");
  const form = usePasswordForm();
  const changing = useChanging(form);
  const isAtField = toApiError(changing.error).fields.length > 0;
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <form noValidate onSubmit={form.onSubmit((values) => changing.mutate(values), focusFirst(form))}>
        <Stack>
          <Title order={2} size="h3">
            {t("password")}
          </Title>
          <Text c="dimmed">{t("passwordText")}</Text>
          {/* So that a password manager knows whose it is. */}
          <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
          <PasswordInput
            label={t("currentPassword")}
            autoComplete="current-password"
            {...form.getInputProps("currentPassword")}
          />
          <PasswordInput
            label={t("newPassword")}
            description={t("passwordHint")}
            autoComplete="new-password"
            {...form.getInputProps("newPassword")}
          />
          <KeysChoice form={form} />
          {changing.isError && !isAtField ? <ErrorNotice error={changing.error} /> : null}
          {changing.isSuccess && !form.isDirty() ? <Notice tone="good">{t("changed")}</Notice> : null}
          <Group justify="flex-end">
            <Button type="submit" loading={changing.isPending}>
              {t("change")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

/** Keys outlive a password, for programs use them; someone who knew it may have made some. */
function KeysChoice({ form }: { readonly form: ReturnType<typeof usePasswordForm> }) {
  const t = useTranslations("profile");
  const count = useQuery(keysQuery(useApi())).data?.length ?? 0;
  if (count === 0) return null;
  return (
    <Checkbox
      label={t("revokeKeys", { count })}
      description={t("revokeKeysHint")}
      {...form.getInputProps("revokeKeys", { type: "checkbox" })}
    />
  );
}

function usePasswordForm() {
  const fields = useTranslations("fields");
  return useForm<Values>({
    initialValues: EMPTY,
    validate: {
      currentPassword: (value) => (value === "" ? fields("required") : null),
      newPassword: (value) =>
        value.length >= PASSWORD_MIN_CHARS ? null : fields("passwordLength", { min: PASSWORD_MIN_CHARS }),
    },
  });
}

function useChanging(form: ReturnType<typeof usePasswordForm>) {
  const t = useTranslations("profile");
  const api = useApi();
  const queryClient = useQueryClient();
  const texts = { currentPassword: t("wrongPassword"), newPassword: t("weakPassword") } as const;
  return useMutation({
    // The question holds two passwords: they must not stay in the cache.
    gcTime: 0,
    mutationFn: (values: Values) => changePassword(api, values),
    onSuccess: async () => {
      form.setValues(EMPTY);
      form.resetDirty(EMPTY);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: accountKeys.sessions }),
        queryClient.invalidateQueries({ queryKey: keyKeys.all }),
      ]);
    },
    onError: (error) => {
      const paths = new Set(toApiError(error).fields.map(({ path }) => path));
      form.setErrors(Object.fromEntries(Object.entries(texts).filter(([path]) => paths.has(path))));
    },
  });
}
