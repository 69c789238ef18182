// Which model answers, and which ones after it.
import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/provider.ts";
import { agentConfigQuery } from "../../api/agent-config.ts";
import { useApi } from "../../api/api-context.ts";
import { Notice } from "../../components/error-notice.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { answeringModels, canAnswer } from "./answering.ts";

export function AnsweringModels({ providers }: { readonly providers: readonly ProviderView[] }) {
  const t = useTranslations("providers");
  const config = useQuery(agentConfigQuery(useApi()));
  return (
    <QueryBoundary query={config}>
      {(chosen) => {
        const { first, isThere, afterwards } = answeringModels(chosen, providers);
        if (!canAnswer(providers)) return <Notice tone="warning">{t("answersNone")}</Notice>;
        return (
          <Paper p="md" component="section" aria-label={t("answersTitle")}>
            <Group justify="space-between" align="flex-start">
              <Stack gap={4} flex="1 1 16rem" miw={0}>
                <Text fw={600}>{t("answersTitle")}</Text>
                <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                  {isThere ? t("answersWith", { model: first }) : t("answersGone", { model: first })}
                </Text>
                {afterwards.length === 0 ? null : (
                  <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                    {t("answersThen", { models: afterwards.join(", ") })}
                  </Text>
                )}
              </Stack>
              <Anchor component={Link} to="/settings/agent" size="sm">
                {t("answersChange")}
              </Anchor>
            </Group>
          </Paper>
        );
      }}
    </QueryBoundary>
  );
}
