// Shown instead of a page: not found, crashed, or the api is unavailable.
import { Button, Group, Stack, Text } from "@mantine/core";
import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import { isCode, toApiError } from "../api/errors.ts";
import { ErrorNotice } from "../components/error-notice.tsx";
import { PageTitle } from "../components/page.tsx";
import { PublicShell } from "./public-shell.tsx";

/** Also for a page that belongs to someone else: others must not learn that it exists. */
export function NotFoundPage() {
  const t = useTranslations("failures");
  return (
    <Stack align="flex-start" maw="40rem">
      <PageTitle title={t("notFound")} />
      <Text>{t("notFoundText")}</Text>
      <Button component={Link} to="/">
        {t("home")}
      </Button>
    </Stack>
  );
}

export function FailurePage({ error }: ErrorComponentProps) {
  const t = useTranslations("failures");
  const router = useRouter();
  // The `reset` that comes with the error only renders again, but what failed was loading, which has to be repeated.
  const retry = (): void => void router.invalidate();
  // Offline, a failed load is the likely reason, and reloading the application would only lose it.
  const isOurs = toApiError(error).code !== "UNEXPECTED" || !navigator.onLine;
  if (isCode(error, "NOT_FOUND")) return <NotFoundPage />;
  return (
    <Stack align="stretch" maw="40rem">
      <PageTitle title={isOurs ? t("unavailable") : t("crashed")} />
      {isOurs ? <ErrorNotice error={error} /> : <Text>{t("crashedText")}</Text>}
      <Group>
        <Button onClick={isOurs ? retry : () => location.reload()}>{isOurs ? t("retry") : t("reload")}</Button>
      </Group>
    </Stack>
  );
}

/** Where no frame stands around it yet. */
export function LostPage() {
  return (
    <PublicShell>
      <NotFoundPage />
    </PublicShell>
  );
}

export function BrokenPage(props: ErrorComponentProps) {
  return (
    <PublicShell>
      <FailurePage {...props} />
    </PublicShell>
  );
}
