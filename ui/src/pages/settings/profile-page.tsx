// Who I am here, how I sign in, where I am signed in, and how the interface looks.
import { useQuery } from "@tanstack/react-query";
import { Stack } from "@mantine/core";
import { useTranslations } from "use-intl";
import { profileQuery } from "../../features/people/account-api.ts";
import { useApi } from "../../api/api-context.ts";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { AppearanceCard } from "../../features/people/appearance-card.tsx";
import { IdentitiesCard } from "../../features/people/identities-card.tsx";
import { NameCard } from "../../features/people/name-card.tsx";
import { PasswordCard } from "../../features/people/password-card.tsx";
import { SessionsCard } from "../../features/people/sessions-card.tsx";

export function ProfilePage() {
  const t = useTranslations("profile");
  const profile = useQuery(profileQuery(useApi()));
  return (
    <Page title={t("title")} width="form">
      <AppearanceCard />
      <QueryBoundary query={profile} skeleton={<LinesSkeleton lines={6} height={36} />}>
        {(data) => (
          <Stack gap="lg">
            <NameCard profile={data} />
            {data.username === null ? null : <PasswordCard username={data.username} />}
            <IdentitiesCard username={data.username} />
          </Stack>
        )}
      </QueryBoundary>
      <SessionsCard />
    </Page>
  );
}
