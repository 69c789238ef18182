// The audit log, for administrators.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { auditPageSchema } from "../../../contracts/audit.ts";
import { queryString } from "../components/use-list-search.ts";
import type { ListSearch } from "../search-params.ts";
import type { ApiClient } from "./client.ts";

type AuditPage = z.infer<typeof auditPageSchema>;

export const auditQuery = (api: ApiClient, { page, limit, action, outcome }: ListSearch) =>
  queryOptions({
    queryKey: ["audit", { page, limit, action, outcome }],
    queryFn: ({ signal }) =>
      api.call<AuditPage>("GET", `/api/audit-events${queryString({ page, limit, action, outcome })}`, { signal }),
    placeholderData: keepPreviousData,
  });

/** A download of the browser's own, with the same filters. */
export const exportAddress = ({ action, outcome }: ListSearch): string =>
  `/api/audit-events/export${queryString({ action, outcome })}`;
