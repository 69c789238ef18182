// Which model answers, and which ones after it.
import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/provider.ts";
import { Notice } from "../../components/error-notice.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { answeringModels, canAnswer } from "./answering.ts";
import { useOwnerTexts, useProviderOwner } from "./provider-owner.tsx";

export function AnsweringModels({ providers }: { readonly providers: readonly ProviderView[] }) {
  const t = useTranslations("providers");
  const { calls } = useProviderOwner();
  const texts = useOwnerTexts();
  const choice = useQuery(calls.choice);
  return (
    <QueryBoundary query={choice}>
      {(chosen) => {
        const { first, isThere, afterwards } = answeringModels(chosen, providers);
        if (!canAnswer(providers)) return <Notice tone="warning">{texts("answersNone")}</Notice>;
        return (
          <Paper p="md" component="section" aria-label={t("answersTitle")}>
            <Group justify="space-between" align="flex-start">
              <Stack gap={4} flex="1 1 16rem" miw={0}>
                <Text fw={600}>{t("answersTitle")}</Text>
                <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                  {texts(isThere ? "answersWith" : "answersGone", { model: first })}
                </Text>
                {afterwards.length === 0 ? null : (
                  <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                    {t("answersThen", { models: afterwards.join(", ") })}
                  </Text>
                )}
              </Stack>
              <ChangeLink />
            </Group>
          </Paper>
        );
      }}
    </QueryBoundary>
  );
}

function ChangeLink() {
  const label = useTranslations("providers")("answersChange");
  const { agent } = useProviderOwner();
  return agent === null ? (
    <Anchor component={Link} to="/settings/agent" size="sm">
      {label}
    </Anchor>
  ) : (
    <Anchor component="button" type="button" size="sm" onClick={agent.chooseModel}>
      {label}
    </Anchor>
  );
}
