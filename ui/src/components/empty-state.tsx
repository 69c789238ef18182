// What a list shows when there is nothing: a sentence, and what to do about it.
import { Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

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
