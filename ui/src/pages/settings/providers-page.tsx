// Model providers: mine, or those of the system agent that the pages around say.
import { Button, SimpleGrid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/providers/provider.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { AnsweringModels } from "../../features/providers/answering-models.tsx";
import { ProviderCard } from "../../features/providers/provider-card.tsx";
import { ProviderLink, useOwnerTexts, useProviderOwner } from "../../features/providers/provider-owner.tsx";

export function ProvidersPage() {
  const t = useTranslations("providers");
  const texts = useOwnerTexts();
  const { agent, calls } = useProviderOwner();
  const providers = useQuery(calls.list);
  const isEmpty = providers.data?.length === 0;
  const title = agent === null ? t("title") : t("titleOf", { name: agent.displayName });
  return (
    <Page title={title} description={texts("description")} action={isEmpty ? undefined : <AddButton />}>
      <QueryBoundary query={providers}>
        {(list) =>
          list.length === 0 ? <EmptyState text={texts("empty")} action={<AddButton />} /> : <Providers list={list} />
        }
      </QueryBoundary>
    </Page>
  );
}

function Providers({ list }: { readonly list: readonly ProviderView[] }) {
  const choice = useQuery(useProviderOwner().calls.choice);
  return (
    <Stack gap="lg">
      <AnsweringModels providers={list} />
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {list.map((provider) => (
          <ProviderCard key={provider.id} provider={provider} isDefault={provider.id === choice.data?.providerId} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function AddButton() {
  const t = useTranslations("providers");
  return (
    <Button leftSection={<IconPlus size={18} aria-hidden />} renderRoot={(props) => <ProviderLink {...props} place="new" />}>
      {t("add")}
    </Button>
  );
}
