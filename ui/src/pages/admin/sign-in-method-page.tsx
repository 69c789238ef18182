// How people get in: single sign-on with its test, and the local accounts that always work.
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { oidcConfigQuery } from "../../features/sign-in/oidc-api.ts";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { ActiveCard } from "../../features/sign-in/active-card.tsx";
import { OidcCard } from "../../features/sign-in/oidc-card.tsx";
import { loadFile } from "../../load-file.ts";

const LocalAccountsCard = lazy(async () => ({
  default: (await loadFile(() => import("../../features/people/local-accounts-card.tsx"))).LocalAccountsCard,
}));

export function SignInMethodPage() {
  const t = useTranslations("signInMethod");
  const config = useQuery(oidcConfigQuery(useApi()));
  return (
    <Page title={t("title")} description={t("text")} width="form">
      <QueryBoundary query={config} skeleton={<LinesSkeleton lines={8} height={36} />}>
        {(data) => (
          <Stack gap="lg">
            <ActiveCard active={data.active} />
            <OidcCard config={data} />
          </Stack>
        )}
      </QueryBoundary>
      <Suspense fallback={<LinesSkeleton lines={3} height={36} />}>
        <LocalAccountsCard />
      </Suspense>
    </Page>
  );
}
