// What a list shows when there is nothing: a sentence, and what to do about it. Nothing there is not nothing found.
import { Button, Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

export function EmptyState({ text, action }: { readonly text: string; readonly action?: ReactNode }) {
  return (
    <Paper p="xl">
      <Stack align="center" gap="md">
        <Text c="dimmed" ta="center" maw="32rem">
          {text}
        </Text>
        {action}
      </Stack>
    </Paper>
  );
}

export function NoMatches({ onClear }: { readonly onClear: () => void }) {
  const t = useTranslations("common");
  const clear = (
    <Button variant="default" onClick={onClear}>
      {t("clearFilters")}
    </Button>
  );
  return <EmptyState text={t("noMatches")} action={clear} />;
}
