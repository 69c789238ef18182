// Accepts an invitation. Its token follows the # of the address, which browsers do not send to a server.
import { Button, Divider, Paper, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { isCode, isRecord } from "../../api/errors.ts";
import { onboardingQuery } from "../../features/installation/onboarding-api.ts";
import { startOidcSignIn } from "../../features/sign-in/oidc-api.ts";
import { enterSession, signInMethodsQuery } from "../../features/sign-in/session-api.ts";
import { acceptInvite, lookUpInvite, type InviteOffer } from "../../features/people/users-api.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { PageTitle } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";

const USERNAME = /^[a-zA-Z0-9._@-]{1,64}$/;
const PASSWORD_MIN_CHARS = 12;
const FIELDS = ["username", "name", "password"] as const;
const NAME_MAX_CHARS = 255;

export function InvitePage() {
  const t = useTranslations("invite");
  const api = useApi();
  const token = useToken();
  const offer = useQuery({ queryKey: ["invite", token], queryFn: () => lookUpInvite(api, token), retry: false, gcTime: 0 });
  const isDead = isCode(offer.error, "INVITE_GONE") || isCode(offer.error, "VALIDATION_FAILED");
  return (
    <Paper p={{ base: "md", sm: "xl" }} w="100%" maw="28rem">
      <Stack gap="lg">
        <PageTitle title={isDead ? t("deadTitle") : t("title")} />
        {isDead ? (
          <Notice tone="warning">{t("dead")}</Notice>
        ) : (
          <QueryBoundary query={offer}>{(data) => <Offer token={token} offer={data} />}</QueryBoundary>
        )}
      </Stack>
    </Paper>
  );
}

/**
 * Out of the address bar, from where it would be copied and photographed, into the state of this entry of the history: so it
 * is still there after a reload, and nowhere else.
 */
function useToken(): string {
  const [token] = useState(() => location.hash.slice(1) || keptToken());
  useEffect(() => {
    history.replaceState({ ...history.state, inviteToken: token }, "", location.pathname);
  }, [token]);
  return token;
}

function keptToken(): string {
  const state: unknown = history.state;
  return isRecord(state) && typeof state["inviteToken"] === "string" ? state["inviteToken"] : "";
}

interface OfferProps {
  readonly token: string;
  readonly offer: InviteOffer;
}

function Offer({ token, offer }: OfferProps) {
  const t = useTranslations("invite");
  const { email, invitedByName } = offer;
  const provider = useQuery(signInMethodsQuery(useApi())).data?.oidc ?? null;
  return (
    <Stack>
      <Text style={{ overflowWrap: "anywhere" }}>
        {invitedByName === null ? t("textAnonymous", { email }) : t("text", { inviter: invitedByName, email })}
      </Text>
      {provider === null ? null : <AcceptElsewhere token={token} email={email} displayName={provider.displayName} />}
      <AcceptForm token={token} offer={offer} />
    </Stack>
  );
}

interface AcceptElsewhereProps {
  readonly token: string;
  readonly email: string;
  readonly displayName: string;
}

/** With an account that one has already, and no further password. */
function AcceptElsewhere({ token, email, displayName }: AcceptElsewhereProps) {
  const t = useTranslations("invite");
  const api = useApi();
  const leaving = useMutation({
    mutationFn: () => startOidcSignIn(api, { returnTo: "/", inviteToken: token }),
    onSuccess: (address) => location.assign(address),
  });
  return (
    <>
      {/* It stays busy while the browser goes away. */}
      <Button loading={leaving.isPending || leaving.isSuccess} onClick={() => leaving.mutate()}>
        {t("acceptWith", { name: displayName })}
      </Button>
      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {t("acceptWithHint", { email })}
      </Text>
      {leaving.isError ? <ErrorNotice error={leaving.error} /> : null}
      <Divider label={t("orPassword")} />
    </>
  );
}

function AcceptForm({ token, offer }: OfferProps) {
  const t = useTranslations("invite");
  const form = useAcceptForm(offer.email);
  const accepting = useAccepting(token, form);
  return (
    <form noValidate onSubmit={form.onSubmit((values) => accepting.mutate(values), focusFirst(form))}>
      <Stack>
        <TextInput
          label={t("username")}
          description={t("usernameHint")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps("username")}
        />
        <TextInput label={t("name")} autoComplete="name" maxLength={NAME_MAX_CHARS} {...form.getInputProps("name")} />
        <PasswordInput
          label={t("password")}
          description={t("passwordHint")}
          autoComplete="new-password"
          {...form.getInputProps("password")}
        />
        {accepting.isError ? (
          <ErrorNotice error={accepting.error} texts={{ CONFLICT: t("taken"), INVITE_GONE: t("dead") }} />
        ) : null}
        <Button type="submit" loading={accepting.isPending}>
          {t("accept")}
        </Button>
      </Stack>
    </form>
  );
}

interface Values {
  readonly username: string;
  readonly name: string;
  readonly password: string;
}

function useAcceptForm(email: string) {
  const t = useTranslations("fields");
  const [before = ""] = email.split("@");
  return useForm<Values>({
    initialValues: { username: before.replaceAll(/[^a-zA-Z0-9._-]/g, ""), name: "", password: "" },
    validateInputOnBlur: true,
    validate: {
      username: (value) => (USERNAME.test(value) ? null : t("username")),
      name: (value) => (value.trim() === "" ? t("required") : null),
      password: (value) => (value.length >= PASSWORD_MIN_CHARS ? null : t("passwordLength", { min: PASSWORD_MIN_CHARS })),
    },
  });
}

function useAccepting(token: string, form: ReturnType<typeof useAcceptForm>) {
  const api = useApi();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const refused = useTranslations("fields")("other");
  return useMutation({
    mutationFn: ({ username, name, password }: Values) => acceptInvite(api, { token, username, name: name.trim(), password }),
    onSuccess: async (session) => {
      enterSession(queryClient, session);
      await queryClient.ensureQueryData(onboardingQuery(api));
      // In place of this entry, which holds the token.
      await navigate({ to: "/", replace: true });
    },
    onError: (error) => form.setErrors(fieldErrors(error, FIELDS, refused)),
  });
}
