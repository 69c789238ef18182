// The teams of a workspace with those who are in them.
import { Button, Group, Menu, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { WorkspaceView } from "../../../../contracts/workspaces.ts";
import { useApi } from "../../api/api-context.ts";
import { createTeam, deleteTeam, teamsQuery, updateTeam, workspaceKeys, type Team } from "../../api/workspaces.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { NamedDialog } from "./named-dialog.tsx";
import type { WorkspaceRights } from "./rights.ts";
import { TeamMembersDialog } from "./team-members-dialog.tsx";

export interface TeamListProps {
  readonly workspace: WorkspaceView;
  readonly rights: WorkspaceRights;
}

export function TeamList({ workspace, rights }: TeamListProps) {
  const t = useTranslations("workspaces");
  const teams = useQuery(teamsQuery(useApi(), workspace.id));
  const create = rights.mayManage ? <CreateTeamButton workspaceId={workspace.id} /> : undefined;
  return (
    <QueryBoundary query={teams}>
      {(list) =>
        list.length === 0 ? (
          <EmptyState text={t("noTeams")} action={create} />
        ) : (
          <Stack>
            <Group justify="flex-end">{create}</Group>
            {list.map((team) => (
              <TeamCard key={team.id} team={team} mayManage={rights.mayManage} />
            ))}
          </Stack>
        )
      }
    </QueryBoundary>
  );
}

function TeamCard({ team, mayManage }: { readonly team: Team; readonly mayManage: boolean }) {
  const t = useTranslations("workspaces");
  const format = useFormatter();
  const names = format.list(team.members.map(({ name }) => name));
  return (
    <Paper p="md" component="article">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} flex="1 1 16rem" miw={0} style={{ overflowWrap: "anywhere" }}>
          <Title order={2} size="h3">
            {team.name}
          </Title>
          {team.description === "" ? null : <Text>{team.description}</Text>}
          <Text size="sm" c="dimmed">
            {t("teamMembers", { count: team.members.length })}
            {names === "" ? null : ` · ${names}`}
          </Text>
        </Stack>
        {mayManage ? <TeamActions team={team} /> : null}
      </Group>
    </Paper>
  );
}

type Action = "edit" | "members" | "delete";

function TeamActions({ team }: { readonly team: Team }) {
  const t = useTranslations("workspaces");
  const common = useTranslations("common");
  const [asked, setAsked] = useState<Action | null>(null);
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button
            variant="default"
            aria-label={common("actionsFor", { name: team.name })}
            rightSection={<IconChevronDown size={16} aria-hidden />}
          >
            {common("actions")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsked("members")}>{t("members")}</Menu.Item>
          <Menu.Item onClick={() => setAsked("edit")}>{common("edit")}</Menu.Item>
          <Menu.Item c="var(--mosaic-danger)" onClick={() => setAsked("delete")}>
            {t("deleteTeam")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === null ? null : <TeamDialog team={team} action={asked} onDone={() => setAsked(null)} />}
    </>
  );
}

interface TeamDialogProps {
  readonly team: Team;
  readonly action: Action;
  readonly onDone: () => void;
}

function TeamDialog({ team, action, onDone }: TeamDialogProps) {
  const t = useTranslations("workspaces");
  const common = useTranslations("common");
  const api = useApi();
  switch (action) {
    case "members":
      return <TeamMembersDialog team={team} onDone={onDone} />;
    case "delete":
      return <DeleteTeamDialog team={team} onDone={onDone} />;
    case "edit":
      return (
        <NamedDialog
          title={t("editTitle", { name: team.name })}
          submit={common("save")}
          before={team}
          save={(values) => updateTeam(api, team, values)}
          onCancel={onDone}
          onSaved={onDone}
        />
      );
  }
}

function DeleteTeamDialog({ team, onDone }: { readonly team: Team; readonly onDone: () => void }) {
  const t = useTranslations("workspaces");
  const api = useApi();
  const queryClient = useQueryClient();
  const deleting = useMutation({
    mutationFn: () => deleteTeam(api, team),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: workspaceKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title={t("deleteTeamTitle", { name: team.name })}
      body={t("deleteTeamBody")}
      confirm={t("deleteTeam")}
      isBusy={deleting.isPending}
      error={deleting.error}
      onCancel={onDone}
      onConfirm={() => deleting.mutate()}
    />
  );
}

function CreateTeamButton({ workspaceId }: { readonly workspaceId: string }) {
  const t = useTranslations("workspaces");
  const api = useApi();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAsked(true)}>
        {t("createTeam")}
      </Button>
      {isAsked ? (
        <NamedDialog
          title={t("createTeam")}
          submit={t("createTeam")}
          save={(values) => createTeam(api, workspaceId, values)}
          onCancel={() => setAsked(false)}
          onSaved={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}
