// One provider in the list: what it is, how its last test went, and what can be done with it.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/providers/provider.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { StatusBadge, type BadgeStatus } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { BusyText } from "../../components/busy-text.tsx";
import { ProviderLink, useOwnerTexts, useProviderOwner } from "./provider-owner.tsx";
import { useReasonText } from "./use-reason-text.ts";

export function ProviderCard({ provider, isDefault }: { readonly provider: ProviderView; readonly isDefault: boolean }) {
  const t = useTranslations("providers");
  const { displayName, type, baseUrl, hasApiKey, apiKeyLastFour, models } = provider;
  const key = hasApiKey ? t("keySet", { lastFour: apiKeyLastFour ?? "" }) : t("noKey");
  const kind = isDefault ? `${t(type)} · ${t("isDefault")}` : t(type);
  return (
    <Paper p="md" component="article">
      <Stack gap="xs" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div style={{ minWidth: 0 }}>
            <Title order={2} size="h3" style={{ overflowWrap: "anywhere" }}>
              {displayName}
            </Title>
            <Text c="dimmed" size="xs">
              {kind}
            </Text>
          </div>
          <StatusBadge status={badgeOf(provider)} />
        </Group>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {baseUrl}
        </Text>
        <Text size="sm" c="dimmed">
          {key} · {t("modelCount", { count: models.length })}
        </Text>
        <LastTest provider={provider} />
        <Actions provider={provider} />
      </Stack>
    </Paper>
  );
}

function badgeOf({ isActive, lastTest, refusal }: ProviderView): BadgeStatus {
  if (!isActive) return "off";
  if (refusal !== null) return "failing";
  if (lastTest === null) return "untested";
  return lastTest.reason === null ? "tested" : "failing";
}

function LastTest({ provider: { lastTest, models, refusal } }: { readonly provider: ProviderView }) {
  const t = useTranslations("providers");
  const owner = useOwnerTexts();
  const textOf = useReasonText();
  // What is true now counts, whatever a test found before.
  if (refusal !== null) return <Text size="sm">{`${owner("leftOut")} ${textOf({ reason: refusal })}`}</Text>;
  if (lastTest === null) return null;
  const { at, reason } = lastTest;
  return (
    <div>
      {reason === null ? null : <Text size="sm">{textOf({ reason, unknownModels: models.map(({ id }) => id) })}</Text>}
      <Text size="xs" c="dimmed">
        {t("testedAt")} <TimeText at={at} />
      </Text>
    </div>
  );
}

function Actions({ provider: { id, displayName } }: { readonly provider: ProviderView }) {
  const t = useTranslations("providers");
  const common = useTranslations("common");
  const { calls } = useProviderOwner();
  const queryClient = useQueryClient();
  const test = useMutation({
    mutationFn: () => calls.testSaved(id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: calls.list.queryKey }),
  });
  return (
    <Stack gap="xs" mt="auto">
      {test.isError ? <ErrorNotice error={test.error} /> : null}
      {test.isPending ? <BusyText since={test.submittedAt} text={(seconds) => t("testing", { seconds })} /> : null}
      <Group grow>
        <Button
          variant="default"
          onClick={() => test.mutate()}
          loading={test.isPending}
          aria-label={`${t("test")}: ${displayName}`}
        >
          {t("testShort")}
        </Button>
        <Button
          renderRoot={(props) => <ProviderLink {...props} place={{ id }} />}
          variant="default"
          aria-label={`${common("edit")}: ${displayName}`}
        >
          {common("edit")}
        </Button>
      </Group>
    </Stack>
  );
}
