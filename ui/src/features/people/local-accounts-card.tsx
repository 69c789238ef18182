// The way in that always works: administrators with a password, and a new password for one of them.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { UserView } from "../../../../contracts/people/users.ts";
import { useApi } from "../../api/api-context.ts";
import { usersQuery } from "./users-api.ts";
import { Notice } from "../../components/error-notice.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { useSession } from "../../shell/use-session.ts";
import { ResetDialog } from "./access-dialogs.tsx";

export function LocalAccountsCard() {
  const t = useTranslations("signInMethod");
  const admins = useQuery(usersQuery(useApi(), { role: "admin", status: "active", limit: 100 }));
  const [resetting, setResetting] = useState<UserView | null>(null);
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h3">
            {t("localTitle")}
          </Title>
          <Button variant="default" component={Link} to="/admin/users">
            {t("allUsers")}
          </Button>
        </Group>
        <Text c="dimmed">{t("localText")}</Text>
        <Title order={3} size="h4">
          {t("localAdmins")}
        </Title>
        <QueryBoundary query={admins}>
          {({ users }) => <AdminList users={users.filter(({ username }) => username !== null)} onReset={setResetting} />}
        </QueryBoundary>
      </Stack>
      {resetting === null ? null : <ResetDialog user={resetting} onDone={() => setResetting(null)} />}
    </Paper>
  );
}

interface AdminListProps {
  readonly users: readonly UserView[];
  readonly onReset: (user: UserView) => void;
}

function AdminList({ users, onReset }: AdminListProps) {
  const t = useTranslations("signInMethod");
  const common = useTranslations("common");
  const self = useSession().user.id;
  if (users.length === 0) return <Notice tone="warning">{t("noLocal")}</Notice>;
  return (
    <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
      {users.map((user) => (
        <Group key={user.id} component="li" justify="space-between">
          <div>
            <Text fw={600}>
              {user.name} {user.id === self ? common("you") : ""}
            </Text>
            <Text size="sm" c="dimmed">
              {user.username}
            </Text>
          </div>
          {/* A reset would end the session in which the new password is shown. */}
          {user.id === self ? (
            <Button variant="subtle" component={Link} to="/settings/profile">
              {t("ownPassword")}
            </Button>
          ) : (
            <Button variant="default" aria-label={`${t("reset")}: ${user.name}`} onClick={() => onReset(user)}>
              {t("reset")}
            </Button>
          )}
        </Group>
      ))}
    </Stack>
  );
}
