// The button that tries the connection, and its result beside it.
import { Button, Group, Stack } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { isCode } from "../../api/errors.ts";
import { BusyText } from "../../components/busy-text.tsx";
import { hasValidConnection, isStale, type ProviderForm, type ProviderTest } from "./use-provider-form.ts";
import { loadFile } from "../../load-file.ts";

const TestResult = lazy(async () => ({ default: (await loadFile(() => import("./test-result.tsx"))).TestResult }));

export interface ProviderTestPanelProps {
  readonly form: ProviderForm;
  readonly test: ProviderTest;
}

export function ProviderTestPanel({ form, test }: ProviderTestPanelProps) {
  const t = useTranslations("providers");
  const onTest = (): void => {
    if (hasValidConnection(form)) test.mutate(form.values);
  };
  // What was refused before it was tried stands at its field.
  const hasNotice = test.isError && !isCode(test.error, "VALIDATION_FAILED");
  return (
    <Stack align="flex-start">
      <Group>
        <Button variant="default" onClick={onTest} loading={test.isPending}>
          {t("test")}
        </Button>
        {test.isPending ? <BusyText since={test.submittedAt} text={(seconds) => t("testing", { seconds })} /> : null}
      </Group>
      <div style={{ width: "100%" }} aria-live="polite">
        <Suspense fallback={null}>
          {test.data === undefined ? null : <TestResult result={test.data.result} isStale={isStale(test.data, form.values)} />}
        </Suspense>
        {hasNotice ? <ErrorNotice error={test.error} /> : null}
      </div>
    </Stack>
  );
}
