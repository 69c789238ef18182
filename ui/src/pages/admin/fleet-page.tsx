// What runs where, in which state and why.
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { TENANT_KINDS } from "../../../../contracts/core/closed-sets.ts";
import { useApi } from "../../api/api-context.ts";
import { fleetQuery } from "../../features/containers/fleet-api.ts";
import { Choice, FilterBar, SearchField } from "../../components/filters.tsx";
import { Page } from "../../components/page.tsx";
import { PagedList } from "../../components/paged-list.tsx";
import { useListSearch } from "../../components/use-list-search.ts";
import { FleetTable } from "../../features/containers/fleet-table.tsx";
import { StatusChips } from "../../features/containers/status-chips.tsx";

export function FleetPage() {
  const t = useTranslations("fleet");
  const list = useListSearch();
  const fleet = useQuery(fleetQuery(useApi(), list.search));
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
        <PagedList list={list} query={fleet} lines={8} isPolled>
          {(page) => <FleetTable list={list} page={page} />}
        </PagedList>
      </Stack>
    </Page>
  );
}
