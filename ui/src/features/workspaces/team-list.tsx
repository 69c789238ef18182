// The teams of a workspace with those who are in them.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useState, type ReactNode } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { WorkspaceView } from "../../../../contracts/workspaces/workspaces.ts";
import { useApi } from "../../api/api-context.ts";
import { createTeam, teamsQuery, type Team } from "./workspaces-api.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { NamedDialog } from "./named-dialog.tsx";
import type { WorkspaceRights } from "./rights.ts";
import { TeamDialog, TeamMenu, type AskedOfTeam } from "./team-actions.tsx";

export interface TeamListProps {
  readonly workspace: WorkspaceView;
  readonly rights: WorkspaceRights;
}

export function TeamList({ workspace, rights }: TeamListProps) {
  const t = useTranslations("workspaces");
  const teams = useQuery(teamsQuery(useApi(), workspace.id));
  const [asked, setAsked] = useState<AskedOfTeam | null>(null);
  const create = rights.mayManage ? <CreateTeamButton workspaceId={workspace.id} /> : undefined;
  return (
    <>
      <QueryBoundary query={teams}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState text={t("noTeams")} action={create} />
          ) : (
            <Stack>
              <Group justify="flex-end">{create}</Group>
              {list.map((team) => (
                <TeamCard
                  key={team.id}
                  team={team}
                  menu={rights.mayManage ? <TeamMenu team={team} onAsk={setAsked} /> : null}
                />
              ))}
            </Stack>
          )
        }
      </QueryBoundary>
      {asked === null ? null : <TeamDialog asked={asked} onDone={() => setAsked(null)} />}
    </>
  );
}

function TeamCard({ team, menu }: { readonly team: Team; readonly menu: ReactNode }) {
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
        {menu}
      </Group>
    </Paper>
  );
}

function CreateTeamButton({ workspaceId }: { readonly workspaceId: string }) {
  const t = useTranslations("workspaces");
  const api = useApi();
  const [isRequest, setAsked] = useState(false);
  return (
    <>
      <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAsked(true)}>
        {t("createTeam")}
      </Button>
      {isRequest ? (
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
