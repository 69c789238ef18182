// The export of the audit log: its button, and how far it has come.
import { Button, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import IconDownload from "@tabler/icons-react/dist/esm/icons/IconDownload.mjs";
import { useFormatter, useTranslations } from "use-intl";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import type { AuditExport } from "./use-audit-export.ts";

const PERCENT = 100;

export function ExportButton({ isBusy, onClick }: { readonly isBusy: boolean; readonly onClick: () => void }) {
  const t = useTranslations("audit");
  return (
    <Button leftSection={<IconDownload size={18} aria-hidden />} loading={isBusy} onClick={onClick}>
      {t("export")}
    </Button>
  );
}

export interface ExportProgressProps {
  readonly exporting: AuditExport;
  /** How many events fit the filters, as far as is known. */
  readonly total: number | undefined;
  readonly onRetry: () => void;
}

export function ExportProgress({ exporting: { state, cancel }, total, onRetry }: ExportProgressProps) {
  const t = useTranslations("audit");
  switch (state.kind) {
    case "idle":
      return null;
    case "running":
      return <Running lines={state.lines} total={total} onCancel={cancel} />;
    case "done":
      return <Notice tone="good">{t("exported", { count: state.lines })}</Notice>;
    case "failed":
      return <ErrorNotice error={state.error} texts={{ NETWORK: t("exportBroken") }} onRetry={onRetry} />;
  }
}

interface RunningProps {
  readonly lines: number;
  readonly total: number | undefined;
  readonly onCancel: () => void;
}

function Running({ lines, total, onCancel }: RunningProps) {
  const t = useTranslations("audit");
  const common = useTranslations("common");
  const format = useFormatter();
  // Events are added while one reads: never more than all.
  const share = total === undefined || total === 0 ? 0 : Math.min(PERCENT, (lines / total) * PERCENT);
  const text = total === undefined ? format.number(lines) : t("exporting", { count: lines, total: Math.max(total, lines) });
  return (
    <Paper p="md">
      <Stack gap="xs">
        <Group justify="space-between">
          <Text className="tabular">{text}</Text>
          <Button variant="default" onClick={onCancel}>
            {common("cancel")}
          </Button>
        </Group>
        <Progress value={share} aria-label={t("export")} />
      </Stack>
    </Paper>
  );
}
