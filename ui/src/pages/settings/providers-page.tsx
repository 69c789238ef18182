// My model providers.
import { Button, SimpleGrid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/provider.ts";
import { agentConfigQuery } from "../../api/agent-config.ts";
import { useApi } from "../../api/api-context.ts";
import { providersQuery } from "../../api/providers.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { AnsweringModels } from "../../features/provider/answering-models.tsx";
import { ProviderCard } from "../../features/provider/provider-card.tsx";

export function ProvidersPage() {
  const t = useTranslations("providers");
  const providers = useQuery(providersQuery(useApi()));
  const isEmpty = providers.data?.length === 0;
  return (
    <Page title={t("title")} description={t("description")} action={isEmpty ? undefined : <AddButton />}>
      <QueryBoundary query={providers}>
        {(list) => (list.length === 0 ? <EmptyState text={t("empty")} action={<AddButton />} /> : <Providers list={list} />)}
      </QueryBoundary>
    </Page>
  );
}

function Providers({ list }: { readonly list: readonly ProviderView[] }) {
  const config = useQuery(agentConfigQuery(useApi()));
  return (
    <Stack gap="lg">
      <AnsweringModels providers={list} />
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {list.map((provider) => (
          <ProviderCard key={provider.id} provider={provider} isDefault={provider.id === config.data?.providerId} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function AddButton() {
  const t = useTranslations("providers");
  return (
    <Button component={Link} to="/settings/providers/new" leftSection={<IconPlus size={18} aria-hidden />}>
      {t("add")}
    </Button>
  );
}
