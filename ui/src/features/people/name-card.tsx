// Who I am here: my name, which I can change, and what others decide.
import { Button, Group, Paper, Stack, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { accountKeys, updateProfile, type Profile } from "./account-api.ts";
import { useApi } from "../../api/api-context.ts";
import { sessionKeys } from "../sign-in/session-api.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { Fact, Facts } from "../../components/facts.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { TimeText } from "../../components/time-text.tsx";
import { NotGiven } from "../../components/not-given.tsx";

const NAME_MAX_CHARS = 255;

export function NameCard({ profile }: { readonly profile: Profile }) {
  const t = useTranslations("profile");
  const common = useTranslations("common");
  const form = useNameForm(profile.name);
  const saving = useSaving(form);
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <form noValidate onSubmit={form.onSubmit(({ name }) => saving.mutate(name.trim()), focusFirst(form))}>
        <Stack>
          <Title order={2} size="h3">
            {t("account")}
          </Title>
          <AccountFacts profile={profile} />
          <TextInput
            label={t("name")}
            description={t("nameHint")}
            autoComplete="name"
            maxLength={NAME_MAX_CHARS}
            {...form.getInputProps("name")}
          />
          {saving.isError ? <ErrorNotice error={saving.error} /> : null}
          {saving.isSuccess && !form.isDirty() ? <Notice tone="good">{common("saved")}</Notice> : null}
          <Group justify="flex-end">
            <Button type="submit" loading={saving.isPending}>
              {common("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

function AccountFacts({ profile }: { readonly profile: Profile }) {
  const t = useTranslations("profile");
  const roles = useTranslations("roles");
  return (
    <Facts>
      <Fact label={t("username")}>{profile.username ?? <NotGiven />}</Fact>
      <Fact label={t("email")}>{profile.email ?? <NotGiven />}</Fact>
      <Fact label={t("role")}>{roles(profile.systemRole)}</Fact>
      <Fact label={t("since")}>
        <TimeText at={profile.createdAt} />
      </Fact>
    </Facts>
  );
}

function useNameForm(name: string) {
  const required = useTranslations("fields")("required");
  return useForm({
    initialValues: { name },
    validateInputOnBlur: true,
    validate: { name: (value) => (value.trim() === "" ? required : null) },
  });
}

function useSaving(form: ReturnType<typeof useNameForm>) {
  const api = useApi();
  const queryClient = useQueryClient();
  const refused = useTranslations("fields")("other");
  return useMutation({
    mutationFn: (name: string) => updateProfile(api, { name }),
    onSuccess: async (profile) => {
      form.setInitialValues({ name: profile.name });
      form.setValues({ name: profile.name });
      queryClient.setQueryData(accountKeys.profile, profile);
      // The menu says it too.
      await queryClient.invalidateQueries({ queryKey: sessionKeys.all, exact: true });
    },
    onError: (error) => form.setErrors(fieldErrors(error, ["name"], refused)),
  });
}
