// How a connection test went, step by step: ticks up to the first cross, which says why and what mends it.
import { Group, Stack, Text } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconMinus from "@tabler/icons-react/dist/esm/icons/IconMinus.mjs";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { useTranslations } from "use-intl";
import { PROVIDER_TEST_STEPS, type ProviderStepState } from "../../../../contracts/providers/provider-facts.ts";
import type { ProviderTestResult } from "../../../../contracts/providers/provider-test.ts";
import { Notice } from "../../components/error-notice.tsx";
import { useReasonText } from "./use-reason-text.ts";

export interface TestResultProps {
  readonly result: ProviderTestResult;
  /** The form has changed since. */
  readonly isStale: boolean;
}

export function TestResult({ result, isStale }: TestResultProps) {
  const t = useTranslations("providers");
  const textOf = useReasonText();
  const { reason, status, durationMs, models, unknownModels } = result;
  const isDoubtful = reason === null && unknownModels.length > 0;
  return (
    <Notice tone={isStale || isDoubtful ? "warning" : result.ok ? "good" : "danger"}>
      <Stack gap="xs">
        <Steps steps={result.steps} />
        <Text>{reason === null ? t("testPassed", { ms: durationMs, models: models.length }) : textOf(result)}</Text>
        {isDoubtful ? <Text>{t("unknownModels", { models: unknownModels.join(", ") })}</Text> : null}
        {reason === null || status === null ? null : (
          <Text size="xs" c="dimmed">
            {t("testStatus", { status: String(status) })}
          </Text>
        )}
        {isStale ? <Text fw={600}>{t("testStale")}</Text> : null}
      </Stack>
    </Notice>
  );
}

function Steps({ steps }: Pick<ProviderTestResult, "steps">) {
  const t = useTranslations("providers");
  return (
    <Group component="ul" gap="sm" p={0} m={0} style={{ listStyle: "none" }}>
      {PROVIDER_TEST_STEPS.map((step) => {
        const state = steps[step];
        const isDone = state === "passed" || state === "failed";
        return (
          <Group component="li" gap={4} key={step} {...(isDone ? {} : { c: "dimmed" })}>
            <StepIcon state={state} />
            <Text span size="xs" fw={600}>
              {t(`steps.${step}`)}
              {state === "unused" ? `: ${t("stepUnused")}` : null}
            </Text>
          </Group>
        );
      })}
    </Group>
  );
}

function StepIcon({ state }: { readonly state: ProviderStepState }) {
  if (state === "passed") return <IconCheck size={16} color="var(--mosaic-green)" aria-hidden />;
  return state === "failed" ? <IconX size={16} color="var(--mosaic-red)" aria-hidden /> : <IconMinus size={16} aria-hidden />;
}
