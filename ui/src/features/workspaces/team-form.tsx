// The members of a team: found among those of its workspace, however many there are.
import { MultiSelect, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLayoutEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { PAGE_SIZE_MAX, SEARCH_MAX_CHARS } from "../../../../contracts/core/page-limits.ts";
import { useApi } from "../../api/api-context.ts";
import { membersQuery, setTeamMembers, workspaceKeys, type Team } from "./workspaces-api.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";

const SETTLED_MS = 300;
/** Room for the names on offer, which would lie over the buttons otherwise. */
const OFFER_PX = 160;

export function TeamForm({ team, onDone }: { readonly team: Team; readonly onDone: () => void }) {
  const t = useTranslations("workspaces");
  const common = useTranslations("common");
  const [chosen, setChosen] = useState(() => team.members.map(({ userId }) => userId));
  const [search, setSearch] = useState("");
  const offered = useOffered(team, search);
  const field = useRef<HTMLInputElement>(null);
  // The dialog has looked for what to focus before this was there.
  useLayoutEffect(() => field.current?.focus(), []);
  const saving = useSaving(team, onDone);
  return (
    <form noValidate onSubmit={(event) => (event.preventDefault(), saving.mutate(chosen))}>
      <Stack>
        <MultiSelect
          label={t("members")}
          description={t("teamHint")}
          data={offered}
          searchable
          // It has the focus from the start, before any names have been requested.
          openOnFocus={false}
          maxDropdownHeight={OFFER_PX}
          mb={OFFER_PX}
          searchValue={search}
          onSearchChange={(text) => setSearch(text.slice(0, SEARCH_MAX_CHARS))}
          nothingFoundMessage={common("noMatches")}
          value={chosen}
          onChange={setChosen}
          ref={field}
        />
        {saving.isError ? <ErrorNotice error={saving.error} /> : null}
        <DialogButtons submit={common("save")} isBusy={saving.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}

/** Those of the first page that fit what is written, and everyone whose name was read before, so that no choice loses it. */
function useOffered({ workspaceId, members }: Team, search: string): readonly { value: string; label: string }[] {
  const [settled] = useDebouncedValue(search.trim(), SETTLED_MS);
  const asked = { limit: PAGE_SIZE_MAX, search: settled === "" ? undefined : settled };
  const found = useQuery(membersQuery(useApi(), workspaceId, asked)).data?.members ?? [];
  const [known, setKnown] = useState(() => new Map(members.map(({ userId, name }) => [userId, name])));
  const fresh = found.filter(({ userId }) => !known.has(userId));
  if (fresh.length > 0) setKnown(new Map([...known, ...fresh.map(({ userId, name }) => [userId, name] as const)]));
  return [...known].map(([value, label]) => ({ value, label }));
}

function useSaving(team: Team, onDone: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (userIds: readonly string[]) => setTeamMembers(api, team, userIds),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: workspaceKeys.all });
    },
  });
}
