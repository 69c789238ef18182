// One person, as administrators see them: the account, where they belong, and how far a deactivation has come.
import { Anchor, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { UserView } from "../../../../contracts/people/users.ts";
import { useApi } from "../../api/api-context.ts";
import { deactivationQuery, userQuery } from "../../features/people/users-api.ts";
import { Fact, Facts } from "../../components/facts.tsx";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { NotGiven } from "../../components/not-given.tsx";
import { DeactivationSteps } from "../../features/people/deactivation-steps.tsx";
import { UserDialog, UserMenu, type AskedOfUser } from "../../features/people/user-actions.tsx";

export function UserPage() {
  const t = useTranslations("users");
  const { userId } = useParams({ from: "/signed-in/administration/admin/users/$userId" });
  const user = useQuery(userQuery(useApi(), userId));
  const [asked, setAsked] = useState<AskedOfUser | null>(null);
  const back = (
    <Anchor inherit renderRoot={(props) => <Link to="/admin/users" {...props} />}>
      {t("allUsers")}
    </Anchor>
  );
  const action = user.data === undefined ? undefined : <UserMenu user={user.data} hasLabel onAsk={setAsked} />;
  return (
    <Page title={user.data?.name ?? t("title")} description={back} action={action} width="form">
      <QueryBoundary query={user}>
        {(data) => (
          <Stack>
            {data.deactivatedAt === null ? null : <DeactivationCard userId={data.id} />}
            <AccountCard user={data} />
            <WorkspacesCard memberships={data.workspaceMemberships} />
          </Stack>
        )}
      </QueryBoundary>
      {asked === null ? null : <UserDialog asked={asked} onDone={() => setAsked(null)} />}
    </Page>
  );
}

function AccountCard({ user }: { readonly user: UserView }) {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  const common = useTranslations("common");
  const { email, emailVerified, lastSignInAt, invitedAt, deactivatedAt } = user;
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section" aria-label={t("account")}>
      <Facts>
        <Fact label={t("status")}>
          <StatusBadge status={user.status} />
        </Fact>
        <Fact label={t("role")}>{roles(user.systemRole)}</Fact>
        <Fact label={t("email")}>
          {email === null ? <NotGiven /> : `${email} (${emailVerified ? t("verified") : t("unverified")})`}
        </Fact>
        <Fact label={t("username")}>{user.username ?? <NotGiven />}</Fact>
        <Fact label={t("signIn")}>{user.isLocalAuth ? t("signInPassword") : t("signInOther")}</Fact>
        <Fact label={t("lastSignIn")}>{lastSignInAt === null ? common("never") : <TimeText at={lastSignInAt} />}</Fact>
        <Fact label={t("since")}>
          <TimeText at={user.createdAt} />
        </Fact>
        {invitedAt === null ? null : (
          <Fact label={t("invitedAt")}>
            <TimeText at={invitedAt} />
          </Fact>
        )}
        {deactivatedAt === null ? null : (
          <Fact label={t("deactivatedAt")}>
            <TimeText at={deactivatedAt} />
          </Fact>
        )}
      </Facts>
    </Paper>
  );
}

function WorkspacesCard({ memberships }: { readonly memberships: UserView["workspaceMemberships"] }) {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Title order={2} size="h3" mb="xs">
        {t("workspaces")}
      </Title>
      {memberships.length === 0 ? (
        <Text c="dimmed">{t("noWorkspaces")}</Text>
      ) : (
        <List listStyleType="none" spacing="xs">
          {memberships.map(({ workspaceId, workspaceName, role }) => (
            <List.Item key={workspaceId}>
              {workspaceName}
              <Text span c="dimmed">
                {` · ${roles(role === "admin" ? "workspaceAdmin" : role)}`}
              </Text>
            </List.Item>
          ))}
        </List>
      )}
    </Paper>
  );
}

function DeactivationCard({ userId }: { readonly userId: string }) {
  const t = useTranslations("users");
  const deactivation = useQuery(deactivationQuery(useApi(), userId));
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t("deactivationTitle")}
        </Title>
        {deactivation.data === undefined ? null : (
          <Text c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {t("deactivationReason", { reason: deactivation.data.reason })}
          </Text>
        )}
        <DeactivationSteps userId={userId} />
      </Stack>
    </Paper>
  );
}
