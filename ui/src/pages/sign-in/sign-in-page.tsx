// Lets people in.
import { Anchor, Button, Paper, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { isCode, toApiError } from "../../api/errors.ts";
import { enterSession, signIn, signInMethodsQuery, type SignIn } from "../../features/sign-in/session-api.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { PageTitle } from "../../components/page.tsx";
import { LinesSkeleton } from "../../components/query-boundary.tsx";
import { OidcSignIn } from "../../features/sign-in/oidc-sign-in.tsx";
import { onboardingQuery } from "../../features/installation/onboarding-api.ts";
import { ownPath } from "../../search-params.ts";
import { SignInWait } from "./sign-in-wait.tsx";

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
        <Text size="sm" ta="center">
          <Anchor component={Link} to="/kb/agent-login" inherit>
            {t("agentLogin")}
          </Anchor>
        </Text>
      </Stack>
    </Paper>
  );
}

/** Also where the set-up goes on. */
export function SignInForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const t = useTranslations("signIn");
  const required = useTranslations("fields")("required");
  const { signing, waiting, stopWaiting } = useSignIn(onSignedIn);
  const form = useForm({
    mode: "uncontrolled",
    // What was typed is not what would be tried again.
    onValuesChange: stopWaiting,
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
        {waiting === null ? null : (
          <SignInWait at={waiting.at} onAgain={() => signing.mutate(waiting.values)} onStop={stopWaiting} />
        )}
        {signing.isError && waiting === null ? <ErrorNotice error={signing.error} /> : null}
        <Button type="submit" loading={signing.isPending} fullWidth>
          {t("submit")}
        </Button>
      </Stack>
    </form>
  );
}

interface Waiting {
  readonly values: SignIn;
  /** Ms since 1970. */
  readonly at: number;
}

/** A sign-in that the api refuses for a while is tried again when that is over. */
function useSignIn(onSignedIn: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const signing = useMutation({
    // The question holds a password: it must not stay in the cache.
    gcTime: 0,
    mutationFn: (values: SignIn) => signIn(api, values),
    onMutate: () => setWaiting(null),
    onSuccess: async (session) => {
      enterSession(queryClient, session);
      await queryClient.ensureQueryData(onboardingQuery(api));
      onSignedIn();
    },
    onError: (error, values) => {
      const { retryAfterMs } = toApiError(error);
      if (isCode(error, "RATE_LIMITED") && retryAfterMs !== undefined) setWaiting({ values, at: Date.now() + retryAfterMs });
    },
  });
  return { signing, waiting, stopWaiting: () => setWaiting(null) };
}
