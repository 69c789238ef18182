// What one can do about a team, in its workspace and in the list of all teams: its members, its name, its end.
import { Button, Menu } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { deleteTeam, updateTeam, workspaceKeys, type NamedTeam } from "./workspaces-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { NamedDialog } from "./named-dialog.tsx";
import { TeamMembersDialog } from "./team-members-dialog.tsx";

type Action = "edit" | "members" | "delete";

export interface AskedOfTeam {
  readonly team: NamedTeam;
  readonly action: Action;
}

export interface TeamMenuProps {
  readonly team: NamedTeam;
  readonly onAsk: (asked: AskedOfTeam) => void;
}

export function TeamMenu({ team, onAsk }: TeamMenuProps) {
  const t = useTranslations("workspaces");
  const common = useTranslations("common");
  return (
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
        <Menu.Item onClick={() => onAsk({ team, action: "members" })}>{t("members")}</Menu.Item>
        <Menu.Item onClick={() => onAsk({ team, action: "edit" })}>{common("edit")}</Menu.Item>
        <Menu.Item c="var(--mosaic-danger)" onClick={() => onAsk({ team, action: "delete" })}>
          {t("deleteTeam")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export interface TeamDialogProps {
  readonly asked: AskedOfTeam;
  readonly onDone: () => void;
}

/** Render it outside the team's row or card: a refreshed list may no longer contain the team while this is open. */
export function TeamDialog({ asked: { team, action }, onDone }: TeamDialogProps) {
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

function DeleteTeamDialog({ team, onDone }: { readonly team: NamedTeam; readonly onDone: () => void }) {
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
