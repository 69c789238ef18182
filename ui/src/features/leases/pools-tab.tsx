// The pools, by kind.
import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { poolsQuery } from "./credentials-api.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { PoolCard } from "./pool-card.tsx";

export function PoolsTab({ onAdd }: { readonly onAdd: () => void }) {
  const t = useTranslations("pools");
  const credentials = useTranslations("credentials");
  const pools = useQuery(poolsQuery(useApi()));
  const add = (
    <Button variant="default" onClick={onAdd}>
      {credentials("add")}
    </Button>
  );
  return (
    <QueryBoundary query={pools} isPolled skeleton={<LinesSkeleton lines={3} height={140} />}>
      {(list) =>
        list.length === 0 ? (
          <EmptyState text={t("empty")} action={add} />
        ) : (
          <Stack>
            {list.map((pool) => (
              <PoolCard key={pool.kind} pool={pool} readAtMs={pools.dataUpdatedAt} />
            ))}
          </Stack>
        )
      }
    </QueryBoundary>
  );
}
