// The personality: written as markdown, looked at as it will read.
import { Group, Input, Paper, SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import { lazy, Suspense, useId, useState } from "react";
import { useTranslations } from "use-intl";
import { PERSONALITY_MAX_CHARS } from "../../../../contracts/agent-config/agent-limits.ts";
import type { AgentForm } from "./use-agent-form.ts";
import { loadFile } from "../../load-file.ts";

const Markdown = lazy(async () => ({ default: (await loadFile(() => import("../../components/markdown.tsx"))).Markdown }));
const ROWS_MIN = 8;
const ROWS_MAX = 24;

export function PersonalityField({ form }: { readonly form: AgentForm }) {
  const t = useTranslations("agent");
  const id = useId();
  const [view, setView] = useState("write");
  const { personality } = form.values;
  const views = [
    { value: "write", label: t("write") },
    { value: "preview", label: t("preview") },
  ];
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-end">
        <Input.Label htmlFor={id}>{t("personality")}</Input.Label>
        <SegmentedControl size="xs" aria-label={t("personality")} data={views} value={view} onChange={setView} />
      </Group>
      <Text size="xs" c="dimmed">
        {t("personalityHint")}
      </Text>
      {view === "write" ? (
        <Textarea id={id} autosize minRows={ROWS_MIN} maxRows={ROWS_MAX} {...form.getInputProps("personality")} />
      ) : (
        <Preview text={personality} />
      )}
      <Text size="xs" c={personality.length > PERSONALITY_MAX_CHARS ? "danger" : "dimmed"} ta="right" className="tabular">
        {t("count", { count: personality.length, max: PERSONALITY_MAX_CHARS })}
      </Text>
    </Stack>
  );
}

function Preview({ text }: { readonly text: string }) {
  const t = useTranslations("agent");
  return (
    <Paper p="md" radius="sm" mih="11rem">
      {text.trim() === "" ? (
        <Text c="dimmed">{t("previewEmpty")}</Text>
      ) : (
        <Suspense fallback={null}>
          <Markdown text={text} />
        </Suspense>
      )}
    </Paper>
  );
}
