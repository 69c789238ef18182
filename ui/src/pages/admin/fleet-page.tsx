// What runs where, in which state and why.
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { TENANT_KINDS } from "../../../../contracts/closed-sets.ts";
import { useApi } from "../../api/api-context.ts";
import { fleetQuery } from "../../api/fleet.ts";
import { Choice, FilterBar, SearchField } from "../../components/filters.tsx";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { useAdoptedPage, useListSearch } from "../../components/use-list-search.ts";
import { FleetTable } from "../../features/fleet/fleet-table.tsx";
import { StatusChips } from "../../features/fleet/status-chips.tsx";

const ROW_PX = 44;

export function FleetPage() {
  const t = useTranslations("fleet");
  const list = useListSearch();
  const fleet = useQuery(fleetQuery(useApi(), list.search));
  useAdoptedPage(list, fleet.isPlaceholderData ? undefined : fleet.data?.meta);
  const { status, kind, search } = list.search;
  const kinds = TENANT_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }));
  return (
    <Page title={t("title")} description={t("description")}>
      <Stack>
        {fleet.data === undefined ? null : (
          <StatusChips counts={fleet.data.counts} value={status} onChange={(next) => list.filter({ status: next })} />
        )}
        <FilterBar>
          <SearchField label={t("search")} value={search} onChange={(next) => list.filter({ search: next })} />
          <Choice label={t("kind")} options={kinds} value={kind} onChange={(next) => list.filter({ kind: next })} />
        </FilterBar>
        <QueryBoundary query={fleet} isPolled={!fleet.isPlaceholderData} skeleton={<LinesSkeleton lines={8} height={ROW_PX} />}>
          {(page) => <FleetTable list={list} page={page} />}
        </QueryBoundary>
      </Stack>
    </Page>
  );
}
