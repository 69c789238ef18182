// Lets people in.
import { Button, Paper, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { enterSession, signIn, signInMethodsQuery } from "../../api/session.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { PageTitle } from "../../components/page.tsx";
import { LinesSkeleton } from "../../components/query-boundary.tsx";
import { OidcSignIn } from "../../features/oidc/oidc-sign-in.tsx";
import { onboardingQuery } from "../../api/onboarding.ts";
import { ownPath } from "../../search-params.ts";

export function SignInPage() {
  const t = useTranslations("signIn");
  const { next } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const methods = useQuery(signInMethodsQuery(useApi()));
  const oidc = methods.data?.oidc ?? null;
  const form = <SignInForm onSignedIn={() => router.history.push(ownPath(next) ?? "/")} />;
  return (
    <Paper p={{ base: "md", sm: "xl" }} w="100%" maw="26rem">
      <Stack gap="lg">
        <PageTitle title={t("title")} />
        {/* Until it is known which ways there are, neither is shown: the page must not jump under somebody's fingers. */}
        {methods.isPending ? <LinesSkeleton lines={3} height={36} /> : null}
        {oidc === null ? null : (
          <OidcSignIn displayName={oidc.displayName} returnTo={next ?? "/"}>
            {form}
          </OidcSignIn>
        )}
        {oidc === null && !methods.isPending ? form : null}
      </Stack>
    </Paper>
  );
}

/** Also where the set-up goes on. */
export function SignInForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const t = useTranslations("signIn");
  const required = useTranslations("fields")("required");
  const signing = useSignIn(onSignedIn);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { username: "", password: "" },
    validate: { username: (value) => (value === "" ? required : null), password: (value) => (value === "" ? required : null) },
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => signing.mutate(values), focusFirst(form))}>
      <Stack>
        <TextInput
          label={t("username")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          key={form.key("username")}
          {...form.getInputProps("username")}
        />
        <PasswordInput
          label={t("password")}
          autoComplete="current-password"
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        {signing.isError ? <ErrorNotice error={signing.error} /> : null}
        <Button type="submit" loading={signing.isPending} fullWidth>
          {t("submit")}
        </Button>
      </Stack>
    </form>
  );
}

function useSignIn(onSignedIn: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (values: { username: string; password: string }) => signIn(api, values),
    onSuccess: async (session) => {
      enterSession(queryClient, session);
      await queryClient.ensureQueryData(onboardingQuery(api));
      onSignedIn();
    },
  });
}
