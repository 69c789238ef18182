// The audit log, for administrators.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { auditPageSchema } from "../../../../contracts/audit/audit.ts";
import { queryString } from "../../components/use-list-search.ts";
import type { ListSearch } from "../../search-params.ts";
import type { ApiClient } from "../../api/client.ts";

type AuditPage = z.infer<typeof auditPageSchema>;

const PATH = "/api/audit-events";

export const auditQuery = (api: ApiClient, search: ListSearch) => {
  const { page, limit } = search;
  const asked = { page, limit, ...auditFilter(search) };
  return queryOptions({
    queryKey: ["audit", asked],
    queryFn: ({ signal }) => api.call<AuditPage>("GET", `${PATH}${queryString(asked)}`, { signal }),
    placeholderData: keepPreviousData,
  });
};

export const exportPath = (search: ListSearch): string => `${PATH}/export${queryString(auditFilter(search))}`;

/** Days of the reader's own zone become moments: from the first of the one to the first after the other. */
function auditFilter({ search, action, outcome, actorId, targetId, from, to }: ListSearch) {
  return {
    ...{ search, action, outcome, actorId, targetId },
    from: from === undefined ? undefined : midnight(from, 0),
    to: to === undefined ? undefined : midnight(to, 1),
  };
}

function midnight(day: string, daysLater: number): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + daysLater);
  return date.toISOString();
}
