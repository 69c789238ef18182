// The first administrator, with the token that the start printed.
import { PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { createFirstAdmin } from "./onboarding-api.ts";
import { sessionKeys } from "../sign-in/session-api.ts";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { SignInForm } from "../../pages/sign-in/sign-in-page.tsx";
import { StepFrame } from "./step-frame.tsx";

const USERNAME = /^[a-zA-Z0-9._@-]{1,64}$/;
export const PASSWORD_MIN_CHARS = 12;
const FIELDS = ["username", "password"] as const;

interface Values {
  readonly setupToken: string;
  readonly username: string;
  readonly password: string;
  readonly repeated: string;
}

export function AdminStep({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("onboarding");
  const form = useAdminForm();
  const creating = useCreateAdmin(form, onDone);
  return (
    <form noValidate onSubmit={form.onSubmit((values) => creating.mutate(values), focusFirst(form))}>
      <StepFrame
        title={t("adminTitle")}
        text={t("adminText")}
        error={creating.error}
        errorTexts={{ ONBOARDING_DONE: t("raceLost"), CONFLICT: t("raceLost") }}
        isBusy={creating.isPending}
      >
        <TextInput
          label={t("setupToken")}
          description={t("setupTokenHint")}
          autoComplete="one-time-code"
          spellCheck={false}
          {...form.getInputProps("setupToken")}
        />
        <TextInput label={t("username")} autoComplete="username" spellCheck={false} {...form.getInputProps("username")} />
        <PasswordInput
          label={t("password")}
          description={t("passwordHint")}
          autoComplete="new-password"
          {...form.getInputProps("password")}
        />
        <PasswordInput label={t("passwordRepeat")} autoComplete="new-password" {...form.getInputProps("repeated")} />
      </StepFrame>
    </form>
  );
}

function useAdminForm() {
  const t = useTranslations("fields");
  return useForm<Values>({
    initialValues: { setupToken: "", username: "", password: "", repeated: "" },
    validateInputOnBlur: true,
    validate: {
      setupToken: (value) => (value.trim() === "" ? t("required") : null),
      username: (value) => (USERNAME.test(value) ? null : t("username")),
      password: (value) => (value.length >= PASSWORD_MIN_CHARS ? null : t("passwordLength", { min: PASSWORD_MIN_CHARS })),
      repeated: (value, { password }) => (value === password ? null : t("passwordRepeat")),
    },
  });
}

function useCreateAdmin(form: ReturnType<typeof useAdminForm>, onDone: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  const refused = useTranslations("fields")("other");
  return useMutation({
    mutationFn: ({ setupToken, username, password }: Values) =>
      createFirstAdmin(api, setupToken.trim(), { username, password }),
    onSuccess: (session) => {
      queryClient.setQueryData(sessionKeys.all, session);
      onDone();
    },
    onError: (error) => form.setErrors(fieldErrors(error, FIELDS, refused)),
  });
}

/** The administrator is there, but this browser is not signed in: another one began, or the session has ended. */
export function ResumeStep() {
  const t = useTranslations("onboarding");
  const navigate = useNavigate();
  return (
    <Stack gap="lg">
      <div>
        <Title order={2}>{t("resumeTitle")}</Title>
        <Text c="dimmed" mt={4}>
          {t("resumeText")}
        </Text>
      </div>
      <SignInForm onSignedIn={() => void navigate({ to: "/onboarding", search: { step: "signIn" } })} />
    </Stack>
  );
}
