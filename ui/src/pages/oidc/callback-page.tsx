// Where the identity provider sends people back to: brings its answer to the api, and goes on from there.
import { Button, Group, Loader, Paper, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import type { OidcCallbackResult } from "../../../../contracts/sign-in/oidc.ts";
import { useApi } from "../../api/api-context.ts";
import { attemptOf, finishOidc, rejectionOf } from "../../features/sign-in/oidc-api.ts";
import { onboardingQuery } from "../../features/installation/onboarding-api.ts";
import { enterSession } from "../../features/sign-in/session-api.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { PageTitle } from "../../components/page.tsx";
import { tellTestEnd } from "../../features/sign-in/test-channel.ts";
import type { ErrorTexts } from "../../components/use-error-text.ts";
import { ownPath } from "../../search-params.ts";

export function OidcCallbackPage() {
  const finishing = useFinishing();
  return (
    <Paper p={{ base: "md", sm: "xl" }} w="100%" maw="30rem">
      <Stack gap="lg">
        {finishing.isError ? <Failure error={finishing.error} /> : <Progress isTested={finishing.data?.kind === "tested"} />}
      </Stack>
    </Paper>
  );
}

function useFinishing() {
  const api = useApi();
  const queryClient = useQueryClient();
  const router = useRouter();
  const hasBegun = useRef(false);
  const finishing = useMutation({
    gcTime: 0,
    mutationFn: (search: string) => finishOidc(api, search),
    onSuccess: async (result: OidcCallbackResult) => {
      if (result.kind === "tested") return tellTestEnd({ passed: true });
      enterSession(queryClient, result.session);
      await queryClient.ensureQueryData(onboardingQuery(api));
      router.history.replace(ownPath(result.returnTo) ?? "/");
    },
    onError: (error) => {
      if (attemptOf(error) === "test") tellTestEnd({ passed: false, reason: rejectionOf(error) });
    },
  });
  const { mutate } = finishing;
  useEffect(() => {
    // The answer may be used once.
    if (hasBegun.current) return;
    hasBegun.current = true;
    const { search, pathname } = globalThis.location;
    // A used code is worthless, but it does not belong in the browser's history.
    globalThis.history.replaceState(globalThis.history.state, "", pathname);
    mutate(search);
  }, [mutate]);
  return finishing;
}

function Progress({ isTested }: { readonly isTested: boolean }) {
  const t = useTranslations("oidcCallback");
  if (isTested)
    return (
      <>
        <PageTitle title={t("testDone")} />
        <Text>{t("testDoneText")}</Text>
        <CloseButton />
      </>
    );
  return (
    <>
      <PageTitle title={t("title")} />
      <Group wrap="nowrap" role="status">
        <Loader size="sm" />
        <Text>{t("waiting")}</Text>
      </Group>
    </>
  );
}

function Failure({ error }: { readonly error: unknown }) {
  const t = useTranslations("oidcCallback");
  const textsOf = useRejectionTexts();
  const attempt = attemptOf(error);
  const isTest = attempt === "test";
  const isLink = attempt === "link";
  const title = isTest ? t("testFailed") : isLink ? t("linkFailed") : t("failed");
  return (
    <>
      <PageTitle title={title} />
      <ErrorNotice error={error} texts={textsOf(error)} />
      {isTest ? <Text>{t("testFailedText")}</Text> : null}
      {isTest ? (
        <CloseButton />
      ) : (
        <Button component={Link} to={isLink ? "/settings/profile" : "/sign-in"}>
          {isLink ? t("toProfile") : t("toSignIn")}
        </Button>
      )}
    </>
  );
}

function CloseButton() {
  const t = useTranslations("oidcCallback");
  return (
    <Button variant="default" onClick={() => globalThis.close()}>
      {t("closeWindow")}
    </Button>
  );
}

/** The words for a sign-in that was refused. */
function useRejectionTexts(): (error: unknown) => ErrorTexts {
  const t = useTranslations("oidcRejections");
  return (error) => {
    const reason = rejectionOf(error);
    return reason === null ? {} : { OIDC_REJECTED: t(reason) };
  };
}
