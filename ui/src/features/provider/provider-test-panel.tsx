// The button that tries the connection, and its result beside it.
import { Button, Stack } from "@mantine/core";
import { useTranslations } from "use-intl";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { isCode } from "../../api/errors.ts";
import { TestResult } from "./test-result.tsx";
import { connectionKey, type ProviderForm, type useProviderTest } from "./use-provider-form.ts";

export interface ProviderTestPanelProps {
  readonly form: ProviderForm;
  readonly test: ReturnType<typeof useProviderTest>;
}

export function ProviderTestPanel({ form, test }: ProviderTestPanelProps) {
  const t = useTranslations("providers");
  const onTest = (): void => {
    const connectionFields = ["baseUrl", "apiKey"] as const;
    if (connectionFields.map((field) => form.validateField(field)).every(({ hasError }) => !hasError)) test.mutate(form.values);
  };
  return (
    <Stack align="flex-start">
      <Button variant="default" onClick={onTest} loading={test.isPending}>
        {t("test")}
      </Button>
      <div style={{ width: "100%" }} aria-live="polite">
        {test.data === undefined || test.isError ? null : (
          <TestResult result={test.data.result} isStale={test.data.of !== connectionKey(form.values)} />
        )}
        {test.isError ? <ErrorNotice error={test.error} {...addressTexts(t("failed.address"), test.error)} /> : null}
      </div>
    </Stack>
  );
}

/** Before it is tried, an address may be refused as such. */
function addressTexts(text: string, error: unknown) {
  return isCode(error, "VALIDATION_FAILED") ? { texts: { VALIDATION_FAILED: text } } : {};
}
