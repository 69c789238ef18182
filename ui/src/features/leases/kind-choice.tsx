// The choice of a kind, among those that there are.
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { poolsQuery } from "./credentials-api.ts";
import { Choice } from "../../components/filters.tsx";
import type { ListState } from "../../components/use-list-search.ts";

export function useKinds(): readonly string[] {
  return (useQuery(poolsQuery(useApi())).data ?? []).map(({ kind }) => kind);
}

export function KindChoice({ list }: { readonly list: ListState }) {
  const t = useTranslations("credentials");
  const kinds = useKinds();
  const { kind } = list.search;
  const options = kind === undefined || kinds.includes(kind) ? kinds : [kind, ...kinds];
  return (
    <Choice
      label={t("kind")}
      options={options.map((value) => ({ value, label: value }))}
      value={kind}
      onChange={(next) => list.filter({ kind: next })}
    />
  );
}
