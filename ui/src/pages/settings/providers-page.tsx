// My model providers.
import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/provider.ts";
import { useApi } from "../../api/api-context.ts";
import { providersQuery } from "../../api/providers.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";

export function ProvidersPage() {
  const t = useTranslations("providers");
  const providers = useQuery(providersQuery(useApi()));
  return (
    <Page title={t("title")} description={t("description")} action={<AddButton />}>
      <QueryBoundary query={providers}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState text={t("empty")} />
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
              {list.map((provider) => (
                <ProviderCard key={provider.id} provider={provider} />
              ))}
            </SimpleGrid>
          )
        }
      </QueryBoundary>
    </Page>
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

function ProviderCard({ provider }: { readonly provider: ProviderView }) {
  const t = useTranslations("providers");
  const common = useTranslations("common");
  const { id, displayName, type, baseUrl, hasApiKey, apiKeyLastFour, models, isActive } = provider;
  return (
    <Paper p="md" component="article">
      <Stack gap="xs" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div style={{ minWidth: 0 }}>
            <Title order={2} size="h3" style={{ overflowWrap: "anywhere" }}>
              {displayName}
            </Title>
            <Text c="dimmed" size="xs">
              {t(type)}
            </Text>
          </div>
          <StatusBadge status={isActive ? "active" : "off"} />
        </Group>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {baseUrl}
        </Text>
        <Text size="sm" c="dimmed">
          {hasApiKey ? `••••${apiKeyLastFour ?? ""}` : t("noKey")} · {t("modelCount", { count: models.length })}
        </Text>
        <Button
          renderRoot={(props) => <Link {...props} to="/settings/providers/$id" params={{ id }} />}
          variant="default"
          mt="auto"
          aria-label={`${common("edit")}: ${displayName}`}
        >
          {common("edit")}
        </Button>
      </Stack>
    </Paper>
  );
}
