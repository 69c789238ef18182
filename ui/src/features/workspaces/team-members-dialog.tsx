// Changes the members of a team, which are loaded again first.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { teamsQuery, type NamedTeam, type Team } from "./workspaces-api.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Notice } from "../../components/error-notice.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { loadFile } from "../../load-file.ts";

// Its field for several people is heavy. Only what is in the dialog comes later: the dialog itself has to see what opened it.
const TeamForm = lazy(async () => ({ default: (await loadFile(() => import("./team-form.tsx"))).TeamForm }));

export interface TeamMembersDialogProps {
  readonly team: NamedTeam;
  readonly onDone: () => void;
}

export function TeamMembersDialog({ team: { workspaceId, id, name }, onDone }: TeamMembersDialogProps) {
  const t = useTranslations("workspaces");
  // All members are written at once, so that what was read a while ago would undo what others did since.
  const teams = useQuery({ ...teamsQuery(useApi(), workspaceId), refetchOnMount: "always" });
  return (
    <Dialog opened title={t("editTeam", { name })} onClose={onDone}>
      <Suspense fallback={<Reading />}>
        {teams.isFetchedAfterMount ? (
          <QueryBoundary query={teams}>
            {(list) => <MembersForm team={list.find((each) => each.id === id)} onDone={onDone} />}
          </QueryBoundary>
        ) : (
          <Reading />
        )}
      </Suspense>
    </Dialog>
  );
}

function Reading() {
  return <LinesSkeleton lines={3} height={36} />;
}

function MembersForm({ team, onDone }: { readonly team: Team | undefined; readonly onDone: () => void }) {
  const t = useTranslations("errors");
  return team === undefined ? <Notice tone="danger">{t("NOT_FOUND")}</Notice> : <TeamForm team={team} onDone={onDone} />;
}
